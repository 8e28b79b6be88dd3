// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { json, renderPage, serve } from '../testing/render';
import { NewRunForm } from './NewRunForm';

const AGENTS = {
  agents: [
    { name: 'survey', title: 'Survey', description: 'Reads.', available: true, reason: null, needs_model: false, default: true },
    { name: 'claude-code', title: 'Claude Code', description: '', available: false, reason: 'Not in this build.', needs_model: false, default: false },
  ],
};
const CATALOGUE = {
  'GET /api/v1/agents': () => json(200, AGENTS),
  'GET /api/v1/models': () => json(200, { models: [] }),
};

async function fillIn() {
  await userEvent.type(screen.getByLabelText('Repository'), 'https://github.com/a/b');
  await userEvent.type(screen.getByLabelText('Prompt'), 'Look around.');
}

describe('the form of a new run', () => {
  it('asks for what is missing before it asks the service', async () => {
    const asked = serve(CATALOGUE);
    renderPage(<NewRunForm />);
    await userEvent.click(screen.getByRole('button', { name: 'Start 3 agents' }));
    expect(screen.getByText('Give the address of a git repository.')).toBeDefined();
    expect(screen.getByText('Say what the agents should do.')).toBeDefined();
    expect(asked.map(({ route }) => route)).not.toContain('POST /api/v1/runs');
  });

  it('leads to the run that it started, once, however often it is clicked', async () => {
    const asked = serve({ ...CATALOGUE, 'POST /api/v1/runs': () => json(202, { run_id: 'r1', state: 'queued' }) });
    const { history } = renderPage(<NewRunForm />);
    await fillIn();
    await userEvent.dblClick(screen.getByRole('button', { name: 'Start 3 agents' }));
    await waitFor(() => expect(history?.at(-1)).toBe('/runs/r1'));
    expect(asked.filter(({ route }) => route === 'POST /api/v1/runs')).toHaveLength(1);
  });

  it('tries again under the same key when the answer was lost', async () => {
    let lost = true;
    const asked = serve({
      ...CATALOGUE,
      'POST /api/v1/runs': () => (lost ? Promise.reject(new TypeError('network')) : json(202, { run_id: 'r1', state: 'queued' })),
    });
    const { history } = renderPage(<NewRunForm />);
    await fillIn();
    await userEvent.click(screen.getByRole('button', { name: 'Start 3 agents' }));
    expect((await screen.findByRole('alert')).textContent).toContain('AIdeator cannot be reached');
    lost = false;
    await userEvent.click(screen.getByRole('button', { name: 'Start 3 agents' }));
    await waitFor(() => expect(history?.at(-1)).toBe('/runs/r1'));
    const keys = asked
      .filter(({ route }) => route === 'POST /api/v1/runs')
      .map(({ init }) => new Headers(init?.headers).get('Idempotency-Key'));
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
  });

  it("shows the service's problem at its field and keeps what was typed, over a reload as well", async () => {
    serve({
      ...CATALOGUE,
      'POST /api/v1/runs': () =>
        json(400, {
          type: 'https://aideator.dev/problems/repository-refused',
          title: "This repository can't be cloned",
          detail: 'The address names no repository.',
        }),
    });
    const first = renderPage(<NewRunForm />);
    await fillIn();
    await userEvent.click(screen.getByRole('button', { name: 'Start 3 agents' }));
    await screen.findByText('The address names no repository.');
    expect(screen.getByLabelText('Repository').getAttribute('aria-invalid')).toBe('true');
    first.unmount();
    renderPage(<NewRunForm />);
    expect(screen.getByLabelText<HTMLTextAreaElement>('Prompt').value).toBe('Look around.');
  });

  it('opens the panel in which the wrong field is', async () => {
    serve({
      ...CATALOGUE,
      'POST /api/v1/runs': () =>
        json(400, { type: 'x/base-ref-invalid', title: 'base_ref is not a git ref', detail: 'Give a branch.' }),
    });
    renderPage(<NewRunForm />);
    await fillIn();
    expect(screen.queryByLabelText('Base ref')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Start 3 agents' }));
    expect((await screen.findByLabelText('Base ref')).getAttribute('aria-invalid')).toBe('true');
  });

  it('says of an agent that cannot run why not', async () => {
    serve(CATALOGUE);
    renderPage(<NewRunForm />);
    await userEvent.click(screen.getByRole('button', { name: 'Advanced Settings' }));
    await userEvent.click(screen.getByRole('combobox', { name: 'Agent' }));
    const option = await screen.findByRole('option', { name: /Claude Code/ });
    expect(option.textContent).toContain('Not in this build.');
    expect(option.hasAttribute('data-combobox-disabled')).toBe(true);
  });

  it('offers as many variations as the service takes', async () => {
    serve({ ...CATALOGUE, 'GET /api/v1/agents': () => json(200, { ...AGENTS, max_variations: 2 }) });
    renderPage(<NewRunForm />);
    expect(await screen.findByRole('button', { name: 'Start 2 agents' })).toBeDefined();
    expect(screen.getAllByRole('radio').map((radio) => (radio as HTMLInputElement).value)).toEqual(['1', '2']);
  });

  it('takes a number where there may be many variations, with an agent for each', async () => {
    const asked = serve({
      ...CATALOGUE,
      'GET /api/v1/agents': () => json(200, { ...AGENTS, max_variations: 20 }),
      'POST /api/v1/runs': () => json(202, { run_id: 'r1', state: 'queued' }),
    });
    const { history } = renderPage(<NewRunForm />);
    const number = await screen.findByRole('textbox', { name: 'Variations' });
    await userEvent.clear(number);
    await userEvent.type(number, '12');
    await userEvent.click(screen.getByRole('switch', { name: 'Mix agents' }));
    expect(screen.getAllByRole('combobox')).toHaveLength(12);
    await fillIn();
    await userEvent.click(screen.getByRole('button', { name: 'Start 12 agents' }));
    await waitFor(() => expect(history?.at(-1)).toBe('/runs/r1'));
    const sent = JSON.parse(String(asked.find(({ route }) => route === 'POST /api/v1/runs')?.init?.body)) as { agents: unknown[] };
    expect(sent.agents).toHaveLength(12);
  });

  it('offers an image only where some are allowed', async () => {
    const asked = serve({
      ...CATALOGUE,
      'GET /api/v1/agents': () => json(200, { ...AGENTS, allowed_images: ['ghcr.io/acme/*'] }),
      'POST /api/v1/runs': () =>
        json(400, { type: 'x/image-not-allowed', title: 'This image may not be used here', detail: 'Allowed is ghcr.io/acme/*.' }),
    });
    const { unmount } = renderPage(<NewRunForm />);
    await fillIn();
    await userEvent.click(screen.getByRole('button', { name: 'Advanced Settings' }));
    await userEvent.type(await screen.findByLabelText('Image'), 'docker.io/x/y');
    expect(screen.getByText(/Allowed: ghcr\.io\/acme\/\*/)).toBeDefined();
    await userEvent.click(screen.getByRole('button', { name: 'Start 3 agents' }));
    await screen.findByText('Allowed is ghcr.io/acme/*.');
    expect(screen.getByLabelText('Image').getAttribute('aria-invalid')).toBe('true');
    expect(JSON.parse(String(asked.at(-1)?.init?.body))).toMatchObject({ image: 'docker.io/x/y' });
    unmount();

    const without = serve({ ...CATALOGUE, 'POST /api/v1/runs': () => json(202, { run_id: 'r1', state: 'queued' }) });
    const { history } = renderPage(<NewRunForm />);
    expect(screen.queryByLabelText('Image')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Start 3 agents' }));
    await waitFor(() => expect(history?.at(-1)).toBe('/runs/r1'));
    expect(String(without.find(({ route }) => route === 'POST /api/v1/runs')?.init?.body)).not.toContain('image');
  });
});
