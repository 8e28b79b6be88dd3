// @vitest-environment jsdom
import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../api/types';
import { json, renderPage, serve } from '../testing/render';
import { RunPage } from './RunPage';

class FakeSource {
  static all: FakeSource[] = [];
  readonly CLOSED = 2;
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  readonly listeners = new Map<string, (message: unknown) => void>();

  constructor(readonly url: string) {
    FakeSource.all.push(this);
  }
  addEventListener(type: string, listener: (message: unknown) => void) {
    this.listeners.set(type, listener);
  }
  close() {
    this.closed = true;
  }
}

beforeEach(() => {
  FakeSource.all = [];
  globalThis.EventSource = FakeSource as unknown as typeof EventSource;
});

const run = (changes: Partial<Run> = {}): Run => ({
  run_id: 'r1',
  state: 'running',
  github_url: 'https://github.com/a/b',
  prompt: '<img src=x onerror=alert(1)> look',
  variations: [0, 1].map((id) => ({
    variation_id: id, state: 'running', agent: 'survey', model: null, attempt: 1, started_at: new Date().toISOString(),
  })),
  created_at: new Date().toISOString(),
  started_at: new Date().toISOString(),
  ...changes,
});

const ended = (changes: Partial<Run> = {}) =>
  run({
    state: 'completed',
    variations: [0, 1].map((id) => ({
      variation_id: id, state: 'ended', agent: 'survey', model: null, attempt: 1, outcome: 'completed', has_result: true,
      detail: 'It is done.', started_at: '2026-01-01T00:00:00Z', ended_at: '2026-01-01T00:01:05Z',
    })),
    ...changes,
  });

/** Sends events and lets the page draw them. */
async function send(...events: [type: string, json: Record<string, unknown>][]) {
  await act(async () => {
    for (const [type, json] of events) {
      const id = `${String(json.variation_id ?? 'run')}:${String(json.epoch)}-${String(json.seq)}`;
      FakeSource.all.at(-1)?.listeners.get(type)?.({ data: JSON.stringify({ type, ...json }), lastEventId: id });
    }
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await new Promise((resolve) => requestAnimationFrame(resolve));
  });
}

const output = (variation: number, seq: number, content: string): [string, Record<string, unknown>] => [
  'agent_output',
  { variation_id: String(variation), epoch: 1, seq, content },
];

const pane = (letter: string) => screen.findByRole('region', { name: `Variation ${letter}` });

describe('the page of a run', () => {
  it('shows each variation as it writes', async () => {
    serve({ 'GET /api/v1/runs/r1': () => json(200, run()) });
    renderPage(<RunPage runId="r1" />);
    await pane('A');
    await send(output(0, 1, '# Fro'), output(1, 1, 'From **B**'), output(0, 2, 'm A\n\nbut <b>not bold</b>'));
    expect(within(await pane('A')).getByRole('heading', { name: 'From A' })).toBeDefined();
    expect((await pane('A')).textContent).toContain('<b>not bold</b>');
    expect((await pane('B')).querySelector('strong')?.textContent).toBe('B');
  });

  it('shows a prompt as text', async () => {
    serve({ 'GET /api/v1/runs/r1': () => json(200, run()) });
    const { container } = renderPage(<RunPage runId="r1" />);
    await screen.findByText('<img src=x onerror=alert(1)> look');
    expect(container.querySelector('img')).toBeNull();
  });

  it('draws what a replay repeats only once', async () => {
    serve({ 'GET /api/v1/runs/r1': () => json(200, run()) });
    renderPage(<RunPage runId="r1" />);
    await pane('A');
    await send(output(0, 1, 'one '), output(0, 2, 'two'));
    await send(output(0, 1, 'one '), output(0, 2, 'two'), output(0, 3, ' three'));
    await userEvent.click(within(await pane('A')).getByText('Raw'));
    expect(screen.getByLabelText('Raw output').textContent).toBe('one two three');
  });

  it('says how a variation ended, before the service is asked', async () => {
    serve({ 'GET /api/v1/runs/r1': () => json(200, run()) });
    renderPage(<RunPage runId="r1" />);
    await pane('A');
    await send(['status', {
      variation_id: null, epoch: 1, seq: 3, variation: 0, attempt: 1, state: 'ended', outcome: 'timed_out', detail: 'It took 30 minutes.',
    }]);
    expect((await pane('A')).textContent).toContain('Timed out');
    expect((await pane('A')).textContent).toContain('It took 30 minutes.');
  });

  it('keeps log lines apart from the output', async () => {
    serve({ 'GET /api/v1/runs/r1': () => json(200, run()) });
    renderPage(<RunPage runId="r1" />);
    await pane('A');
    await send(['agent_log', { variation_id: '0', epoch: 1, seq: 1, level: 'error', content: 'Cloning failed' }], output(0, 2, 'text'));
    expect(screen.queryByText('Cloning failed')).toBeNull();
    await userEvent.click(within(await pane('A')).getByText(/^Log/));
    expect(screen.getByText('Cloning failed')).toBeDefined();
  });

  it('follows the backend that the address names, and goes over to the other at the same event', async () => {
    serve({ 'GET /api/v1/runs/r1': () => json(200, run()) });
    renderPage(<RunPage runId="r1" />, '/runs/r1?stream=logs');
    await pane('A');
    expect(FakeSource.all.at(-1)?.url).toBe('/api/v1/runs/r1/stream');
    await send(output(0, 1, 'a'));
    await userEvent.click(screen.getByRole('radio', { name: 'Redis' }));
    expect(FakeSource.all.at(-1)?.url).toBe('/api/v1/runs/r1/stream/redis?last_event_id=0%3A1-1');
  });

  it('picks in one click, and a pick can be changed', async () => {
    let current = ended();
    const asked = serve({
      'GET /api/v1/runs/r1': () => json(200, current),
      'POST /api/v1/runs/r1/select': (init) => {
        const { variation_id } = JSON.parse(String(init?.body)) as { variation_id: number };
        current = ended({ pick: { variation_id, attempt: 1, picked_at: '2026-01-01T00:02:00Z' } });
        return json(200, current);
      },
    });
    renderPage(<RunPage runId="r1" />);
    await userEvent.click(await screen.findByRole('button', { name: 'Pick this, variation B' }));
    expect(await within(await pane('B')).findByText('Your pick')).toBeDefined();
    await userEvent.click(await screen.findByRole('button', { name: 'Pick this instead, variation A' }));
    expect(await within(await pane('A')).findByText('Your pick')).toBeDefined();
    expect(within(await pane('B')).queryByText('Your pick')).toBeNull();
    const picks = asked.filter(({ route }) => route.startsWith('POST'));
    expect(picks.map(({ init }) => init?.body)).toEqual(['{"variation_id":1}', '{"variation_id":0}']);
  });

  it('offers no pick where nothing can be picked', async () => {
    serve({ 'GET /api/v1/runs/r1': () => json(200, ended({ variations: [{ ...ended().variations[0]!, has_result: false }] })) });
    renderPage(<RunPage runId="r1" />);
    expect((await pane('A')).textContent).toContain('1m 05s');
    expect(screen.queryByRole('button', { name: /^Pick/ })).toBeNull();
  });

  it('says that there is no such run, and opens no stream', async () => {
    serve({ 'GET /api/v1/runs/r1': () => json(404, { title: 'There is no such run', detail: 'There is no run r1.' }) });
    renderPage(<RunPage runId="r1" />);
    expect(await screen.findByRole('heading', { name: 'There is no such run' })).toBeDefined();
    expect(FakeSource.all).toHaveLength(0);
  });

  it('closes its stream when the user leaves', async () => {
    serve({ 'GET /api/v1/runs/r1': () => json(200, run()) });
    const { unmount } = renderPage(<RunPage runId="r1" />);
    await pane('A');
    unmount();
    expect(FakeSource.all.every((source) => source.closed)).toBe(true);
  });
});
