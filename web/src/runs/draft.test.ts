// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '../api/client';
import { requestOf, submissionKey, submissionSucceeded, type Draft } from './draft';
import { fieldOf } from './problemField';
import { repositoryName } from './repositoryName';

const DRAFT: Draft = {
  repository: ' https://github.com/a/b ',
  prompt: 'Do it. ',
  variations: 2,
  mix: false,
  slots: Array.from({ length: 5 }, () => ({ agent: null, model: null })),
  agent: null,
  model: null,
  temperature: '',
  maxTokens: '',
  baseRef: '',
  image: '',
  backend: 'redis',
  advanced: false,
};

describe('the request of a draft', () => {
  it('says no more than the user did', () => {
    expect(requestOf(DRAFT, 'survey')).toEqual({
      github_url: 'https://github.com/a/b',
      prompt: 'Do it. ',
      variations: 2,
      use_claude_code: false,
    });
  });

  it('leaves the choice of an agent for a model to the service', () => {
    expect(requestOf({ ...DRAFT, model: 'm', temperature: 0, maxTokens: 5, baseRef: ' main ' }, 'survey')).toMatchObject({
      agent_config: { model: 'm', temperature: 0, max_tokens: 5 },
      base_ref: 'main',
    });
  });

  it('names a chosen agent for every variation', () => {
    expect(requestOf({ ...DRAFT, agent: 'teller' }, 'survey').agents).toEqual([
      { agent: 'teller', parameters: {} },
      { agent: 'teller', parameters: {} },
    ]);
  });

  it('mixes agents, a variation each', () => {
    const slots = [{ agent: 'llm', model: 'm' }, ...DRAFT.slots];
    expect(requestOf({ ...DRAFT, mix: true, slots, temperature: 1 }, 'survey').agents).toEqual([
      { agent: 'llm', model: 'm', parameters: { temperature: 1 } },
      { agent: 'survey', parameters: { temperature: 1 } },
    ]);
  });
});

describe('the key of a submission', () => {
  beforeEach(() => sessionStorage.clear());
  const request = requestOf(DRAFT, 'survey');

  it('is the same until the request succeeded', () => {
    const key = submissionKey(request);
    expect(submissionKey(request)).toBe(key);
    submissionSucceeded();
    expect(submissionKey(request)).not.toBe(key);
  });

  it('is another for another request', () => {
    expect(submissionKey(request)).not.toBe(submissionKey({ ...request, prompt: 'Do something else.' }));
  });
});

describe('the field of a problem', () => {
  const of = (kind: string, title = '', detail = '', status = 400) =>
    fieldOf(new Problem(status, title, detail, `https://aideator.dev/problems/${kind}`));

  it.each([
    ['repository-refused', 'repository'],
    ['prompt-too-long', 'prompt'],
    ['variations-out-of-range', 'variations'],
    ['model-without-key', 'model'],
    ['unknown-agent', 'agent'],
    ['agent-unavailable', 'agent'],
    ['temperature-out-of-range', 'temperature'],
    ['max-tokens-out-of-range', 'maxTokens'],
    ['base-ref-invalid', 'baseRef'],
  ])('%s is %s', (kind, field) => expect(of(kind)).toBe(field));

  it('is the prompt when the body is too large', () => {
    expect(of('body-too-large', 'The body is too large', 'Put texts into a file of the repository.', 413)).toBe('prompt');
  });

  it('is told by the words where the kind does not tell', () => {
    expect(of('invalid-field', 'agent_config.temperature is not valid')).toBe('temperature');
  });

  it('is none for what no field can help', () => {
    expect(of('shutting-down', 'AIdeator is being stopped', 'No new runs with agents.', 503)).toBeNull();
    expect(of('idempotency-key-reused', 'The Idempotency-Key belongs to another request', '', 422)).toBeNull();
  });
});

describe('the name of a repository', () => {
  it.each([
    ['https://github.com/owner/name', 'owner/name'],
    ['https://github.com/owner/name.git/', 'owner/name'],
    ['https://git.example.org/group/sub/name', 'sub/name'],
    ['/home/me/project', 'project'],
    ['file:///home/me/project', 'project'],
    ['nonsense', 'nonsense'],
    ['', ''],
  ])('%s is %s', (address, name) => expect(repositoryName(address)).toBe(name));
});
