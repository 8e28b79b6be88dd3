// @vitest-environment jsdom
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Run } from '../api/types';
import { json, renderPage, serve } from '../testing/render';
import { FakeSource } from '../testing/source';
import { RunPage } from './RunPage';

beforeEach(() => FakeSource.install());
afterEach(() => vi.restoreAllMocks());

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
      const id = json.seq === undefined ? '' : `${String(json.variation_id ?? 'run')}:${String(json.epoch)}-${String(json.seq)}`;
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

/** The user turns to this tab, or to another. */
function look(visibility: DocumentVisibilityState) {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(visibility);
  document.dispatchEvent(new Event('visibilitychange'));
}

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

  it('says why a variation waits, in the words of the service, until it runs', async () => {
    const waiting = run();
    waiting.variations[0] = { ...waiting.variations[0]!, state: 'queued', attempt: 0, started_at: null };
    serve({ 'GET /api/v1/runs/r1': () => json(200, waiting) });
    renderPage(<RunPage runId="r1" />);
    expect((await pane('A')).textContent).toContain('Waits for a free place.');
    await send(['status', {
      variation_id: null, epoch: 1, seq: 1, variation: 0, attempt: 1, state: 'starting', outcome: null,
      reason: 'unschedulable', detail: 'No node has room for it: 0/3 nodes are available.',
    }]);
    expect((await pane('A')).textContent).toContain('No node has room for it: 0/3 nodes are available. unschedulable');
    await send(['status', { variation_id: null, epoch: 1, seq: 2, variation: 0, attempt: 1, state: 'running' }]);
    expect((await pane('A')).textContent).not.toContain('unschedulable');
  });

  it('says why a variation ended, and the code beside it', async () => {
    const lost = ended();
    lost.variations[0] = {
      ...lost.variations[0]!, outcome: 'out_of_memory', reason: 'oom_killed', detail: 'It used more memory than the 1Gi it may have.',
    };
    serve({ 'GET /api/v1/runs/r1': () => json(200, lost) });
    renderPage(<RunPage runId="r1" />);
    expect(within(await pane('A')).getByText('oom_killed').tagName).toBe('CODE');
    expect((await pane('A')).textContent).toContain('It used more memory than the 1Gi it may have.');
    expect((await pane('B')).querySelector('footer code')).toBeNull();
  });

  it('goes over to the new attempt of a retry, and a pick of the earlier one says so', async () => {
    let current = ended({ pick: { variation_id: 0, attempt: 1, picked_at: '2026-01-01T00:02:00Z' } });
    const asked = serve({
      'GET /api/v1/runs/r1': () => json(200, current),
      'POST /api/v1/runs/r1/variations/0/retry': () => {
        current = { ...current, state: 'running', ended_at: null, variations: [...current.variations] };
        current.variations[0] = {
          ...current.variations[0]!, state: 'queued', outcome: null, detail: null, result_attempt: 1, ended_at: null,
        };
        return json(202, current);
      },
    });
    renderPage(<RunPage runId="r1" />);
    await pane('A');
    await send(output(0, 1, 'the first try'), ['status', {
      variation_id: null, epoch: 1, seq: 1, variation: 0, attempt: 1, state: 'ended', outcome: 'completed', detail: 'It is done.',
    }], ['run_complete', { variation_id: null, epoch: 1, seq: 2, state: 'completed', position: '0:1-1,run:1-2' }]);
    expect(FakeSource.all).toHaveLength(1);

    await userEvent.click(screen.getByRole('button', { name: 'Retry, variation A' }));
    await waitFor(() => expect(FakeSource.all).toHaveLength(2));
    expect(FakeSource.latest?.url).toContain('last_event_id=');
    expect(asked.filter(({ route }) => route.endsWith('/retry'))).toHaveLength(1);

    await send(['status', { variation_id: null, epoch: 1, seq: 3, variation: 0, attempt: 2, state: 'queued' }]);
    expect((await pane('A')).textContent).toContain('Waits for a free place.');
    expect((await pane('A')).textContent).not.toContain('the first try');
    await send(['agent_output', { variation_id: '0', epoch: 2, seq: 1, content: 'the second try' }]);
    expect((await pane('A')).textContent).toContain('the second try');
    expect((await pane('A')).textContent).toContain('Your pick: attempt 1');
    await userEvent.click(within(await pane('A')).getByRole('radio', { name: 'Attempt 1' }));
    expect((await pane('A')).textContent).toContain('the first try');

    current = {
      ...current, state: 'completed',
      variations: [{ ...current.variations[0]!, state: 'ended', outcome: 'completed', attempt: 2, result_attempt: 2, detail: 'It is done again.' }, current.variations[1]!],
    };
    await send(['status', {
      variation_id: null, epoch: 1, seq: 4, variation: 0, attempt: 2, state: 'ended', outcome: 'completed', detail: 'It is done again.',
    }], ['run_complete', { variation_id: null, epoch: 1, seq: 5, state: 'completed', position: '0:2-1,run:1-5' }]);
    expect(await screen.findByRole('button', { name: 'Pick attempt 2 instead, variation A' })).toBeDefined();
  });

  it('says why a variation cannot be tried again', async () => {
    serve({
      'GET /api/v1/runs/r1': () => json(200, ended()),
      'POST /api/v1/runs/r1/variations/1/retry': () =>
        json(409, { type: 'x/not-ended', title: 'The variation has not ended', detail: 'Variation 1 is still running.' }),
    });
    renderPage(<RunPage runId="r1" />);
    await userEvent.click(await screen.findByRole('button', { name: 'Retry, variation B' }));
    expect((await screen.findByRole('alert')).textContent).toBe('Variation 1 is still running.');
  });

  it('says what is read while Redis is away, and no more once it is back', async () => {
    serve({ 'GET /api/v1/runs/r1': () => json(200, run()) });
    renderPage(<RunPage runId="r1" />);
    await pane('A');
    act(() => FakeSource.latest?.onopen?.());
    await send(['source_changed', { variation_id: null, source: 'logs', reason: 'Redis is not reachable' }]);
    expect(screen.getByText("Redis is not reachable: reading the agents' logs")).toBeDefined();
    await send(['source_changed', { variation_id: null, source: 'redis', reason: 'Redis is back' }]);
    expect(screen.queryByText(/reading the agents/)).toBeNull();
  });

  it('gives its connection back while nobody looks, and goes on where it was', async () => {
    serve({ 'GET /api/v1/runs/r1': () => json(200, run()) });
    renderPage(<RunPage runId="r1" />);
    await pane('A');
    await send(output(0, 1, 'seen'));
    vi.useFakeTimers();
    try {
      look('hidden');
      expect(FakeSource.latest?.closed).toBe(false);
      vi.advanceTimersByTime(5_000);
      expect(FakeSource.latest?.closed).toBe(true);
      look('visible');
    } finally {
      vi.useRealTimers();
    }
    expect(FakeSource.all).toHaveLength(2);
    expect(FakeSource.latest?.url).toContain('last_event_id=0%3A1-1');
  });

  it('keeps its connection when somebody only looked away', async () => {
    serve({ 'GET /api/v1/runs/r1': () => json(200, run()) });
    renderPage(<RunPage runId="r1" />);
    await pane('A');
    vi.useFakeTimers();
    try {
      look('hidden');
      vi.advanceTimersByTime(4_000);
      look('visible');
      vi.advanceTimersByTime(4_000);
    } finally {
      vi.useRealTimers();
    }
    expect(FakeSource.all.map(({ closed }) => closed)).toEqual([false]);
  });

  it('asks for no connection in a tab that was opened behind another', async () => {
    serve({ 'GET /api/v1/runs/r1': () => json(200, run()) });
    look('hidden');
    renderPage(<RunPage runId="r1" />);
    await pane('A');
    expect(FakeSource.all).toHaveLength(0);
    look('visible');
    expect(FakeSource.all).toHaveLength(1);
  });

  it('closes its stream when the user leaves', async () => {
    serve({ 'GET /api/v1/runs/r1': () => json(200, run()) });
    const { unmount } = renderPage(<RunPage runId="r1" />);
    await pane('A');
    unmount();
    expect(FakeSource.all.every((source) => source.closed)).toBe(true);
  });
});
