import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES, parseEvent } from './event';

// The Java module's examples: both languages must read the same files.
const GOLDEN = join(import.meta.dirname, '../../../stream-gateway-service/run-events/src/test/resources/golden');

const examples = readdirSync(GOLDEN)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => {
    const content = JSON.parse(readFileSync(join(GOLDEN, name), 'utf8')) as Record<string, unknown> | Record<string, unknown>[];
    return [content].flat().map((json) => ({ name, json }));
  });

describe('the golden examples of the wire contract', () => {
  it.each(examples)('$name is read', ({ json }) => {
    const event = parseEvent(JSON.stringify(json));
    expect(event, 'no type of this page').not.toBeNull();
    expect(event?.type).toBe(json.type);
    expect(event?.id).toEqual(json.epoch == null ? null : { epoch: json.epoch, seq: json.seq });
    expect(event?.producer).toBe(json.variation_id == null ? 'run' : Number(json.variation_id));
  });

  it.each(examples)('$name loses no field', ({ json }) => {
    const event = parseEvent(JSON.stringify(json)) as unknown as Record<string, unknown>;
    for (const [name, value] of Object.entries(json)) {
      if (!['run_id', 'variation_id', 'epoch', 'seq'].includes(name)) {
        const here = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
        expect(event[here], name).toEqual(value);
      }
    }
  });

  it('show every type', () => {
    expect([...new Set(examples.map(({ json }) => json.type))].sort()).toEqual([...EVENT_TYPES].sort());
  });
});

describe('parseEvent', () => {
  it('skips a type that it does not know', () => {
    expect(parseEvent('{"type":"agent_dream","variation_id":"0","content":"sheep"}')).toBeNull();
    expect(parseEvent('{"type":"constructor"}')).toBeNull();
  });

  it('ignores fields that it does not know', () => {
    expect(parseEvent('{"type":"agent_output","variation_id":"0","content":"a","mood":"good"}')).toMatchObject({ content: 'a' });
  });

  it.each([
    ['no JSON', 'hello'],
    ['a list', '[]'],
    ['no type', '{"content":"a"}'],
    ['no content', '{"type":"agent_output","variation_id":"0"}'],
    ['a number for text', '{"type":"agent_output","variation_id":"0","content":1}'],
    ['a text for a number', '{"type":"gap","variation_id":"0","from":"1","to":null}'],
    ['an outcome that is none', '{"type":"agent_complete","variation_id":"0","outcome":"splendid"}'],
  ])('throws for %s', (_, data) => {
    expect(() => parseEvent(data)).toThrow();
  });
});
