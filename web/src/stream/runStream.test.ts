import { describe, expect, it, vi } from 'vitest';
import type { RunEvent } from './event';
import { RunStream, type Backend, type StreamState } from './runStream';

const CONNECTING = 0;
const CLOSED = 2;

/** An EventSource whose server is the test. */
class FakeSource {
  readonly CLOSED = CLOSED;
  readyState = CONNECTING;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  readonly #listeners = new Map<string, (message: { data: string; lastEventId: string }) => void>();

  constructor(readonly url: string) {}

  addEventListener(type: string, listener: (message: { data: string; lastEventId: string }) => void) {
    this.#listeners.set(type, listener);
  }

  close() {
    this.closed = true;
    this.readyState = CLOSED;
  }

  accept() {
    this.readyState = 1;
    this.onopen?.();
  }

  send(type: string, fields: object = {}, lastEventId = '') {
    this.#listeners.get(type)?.({ data: JSON.stringify({ type, variation_id: '0', ...fields }), lastEventId });
  }

  /** The connection broke; a browser would try again by itself. */
  breakOff() {
    this.readyState = CONNECTING;
    this.onerror?.();
  }

  /** The server answered something that is no stream; a browser gives up. */
  refuse() {
    this.readyState = CLOSED;
    this.onerror?.();
  }
}

/** A stream with a clock, a server and a log of its own. */
class Stage {
  readonly sources: FakeSource[] = [];
  readonly events: RunEvent[] = [];
  readonly states: StreamState[] = [];
  readonly asked: string[] = [];
  answer: () => Promise<Response> = () => Promise.resolve(new Response(null, { status: 502 }));
  now = 0;
  random = 1;
  readonly #timers = new Map<number, { at: number; callback: () => void }>();
  #timerIds = 0;
  readonly stream: RunStream;

  constructor(backend: Backend = 'redis') {
    this.stream = new RunStream(
      'r1',
      backend,
      { onEvent: (event) => this.events.push(event), onState: (state) => this.states.push(state) },
      {
        openSource: (url) => {
          const source = new FakeSource(url);
          this.sources.push(source);
          return source as unknown as EventSource;
        },
        fetch: (url, { signal }) => {
          this.asked.push(url);
          return Promise.race([this.answer(), aborted(signal!)]);
        },
        now: () => this.now,
        random: () => this.random,
        setTimeout: (callback, ms) => {
          this.#timers.set(++this.#timerIds, { at: this.now + ms, callback });
          return this.#timerIds;
        },
        clearTimeout: (timer) => this.#timers.delete(timer),
      },
    );
    this.stream.open();
  }

  get source(): FakeSource {
    return this.sources.at(-1)!;
  }

  get state(): StreamState {
    return this.states.at(-1)!;
  }

  /** Lets time pass, a timer at a time. */
  pass(ms: number) {
    const until = this.now + ms;
    for (;;) {
      const [id, next] = [...this.#timers].sort(([, a], [, b]) => a.at - b.at)[0] ?? [];
      if (id === undefined || next === undefined || next.at > until) {
        break;
      }
      this.now = next.at;
      this.#timers.delete(id);
      next.callback();
    }
    this.now = until;
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Lets promises settle. */
  async settle() {
    for (let i = 0; i < 10; i++) {
      await Promise.resolve();
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

const problem = (status: number, title: string, detail: string) =>
  Promise.resolve(new Response(JSON.stringify({ title, detail, status }), { status }));

describe('a run stream', () => {
  it('reads the redis path from the start', () => {
    expect(new Stage().source.url).toBe('/api/v1/runs/r1/stream/redis');
  });

  it('reads the logs path', () => {
    expect(new Stage('logs').source.url).toBe('/api/v1/runs/r1/stream');
  });

  it('tells the events in their order', () => {
    const { source, events } = new Stage();
    source.send('agent_output', { epoch: 1, seq: 1, content: 'a' }, '0:1-1');
    source.send('agent_output', { epoch: 1, seq: 2, content: 'b' }, '0:1-2');
    expect(events.map((event) => event.type === 'agent_output' && event.content)).toEqual(['a', 'b']);
  });

  it('goes on behind the last event after the connection broke', () => {
    const stage = new Stage();
    stage.source.accept();
    stage.source.send('agent_output', { epoch: 1, seq: 2, content: 'b' }, '0:1-2,run:1-1');
    stage.source.breakOff();
    expect(stage.source.closed).toBe(true);
    expect(stage.state).toEqual({ kind: 'waiting', retryAt: 500 });
    stage.pass(500);
    expect(stage.sources).toHaveLength(2);
    expect(stage.source.url).toBe('/api/v1/runs/r1/stream/redis?last_event_id=0%3A1-2%2Crun%3A1-1');
  });

  it('keeps its place when what came last has no id', () => {
    const stage = new Stage();
    stage.source.send('agent_output', { epoch: 1, seq: 2, content: 'b' }, '0:1-2');
    stage.source.breakOff();
    stage.pass(500);
    stage.source.send('heartbeat');
    stage.source.breakOff();
    stage.pass(60_000);
    expect(stage.source.url).toContain('last_event_id=0%3A1-2');
  });

  it('comes back after a 502, which ends a native EventSource', async () => {
    const stage = new Stage();
    stage.source.send('agent_output', { epoch: 1, seq: 1, content: 'a' }, '0:1-1');
    stage.source.refuse();
    await stage.settle();
    expect(stage.asked).toEqual(['/api/v1/runs/r1/stream/redis?last_event_id=0%3A1-1']);
    expect(stage.state.kind).toBe('waiting');
    stage.pass(500);
    expect(stage.sources).toHaveLength(2);
  });

  it('comes back when the server cannot even be asked why', async () => {
    const stage = new Stage();
    stage.answer = () => Promise.reject(new TypeError('network'));
    stage.source.refuse();
    await stage.settle();
    expect(stage.state.kind).toBe('waiting');
  });

  it('comes back when the server takes the question and never answers', async () => {
    const stage = new Stage();
    stage.answer = () => new Promise(() => {});
    stage.source.refuse();
    await stage.settle();
    expect(stage.state.kind).toBe('connecting');
    stage.pass(10_000);
    await stage.settle();
    expect(stage.state.kind).toBe('waiting');
    stage.pass(500);
    expect(stage.sources).toHaveLength(2);
  });

  it('asks no longer once it is closed', async () => {
    const stage = new Stage();
    stage.answer = () => new Promise(() => {});
    stage.source.refuse();
    stage.stream.close();
    await stage.settle();
    expect(stage.timers).toBe(0);
    expect(stage.state).toEqual({ kind: 'closed' });
  });

  it('waits longer each time, up to a limit, and never exactly as long as others', () => {
    const stage = new Stage();
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      stage.source.breakOff();
      const state = stage.state;
      waits.push(state.kind === 'waiting' ? state.retryAt - stage.now : -1);
      stage.pass(waits[i]!);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    stage.random = 0;
    stage.source.breakOff();
    expect(stage.state).toEqual({ kind: 'waiting', retryAt: stage.now + 7_500 });
  });

  it('waits briefly again once an event arrived', () => {
    const stage = new Stage();
    for (let i = 0; i < 4; i++) {
      stage.source.breakOff();
      stage.pass(15_000);
    }
    stage.source.send('agent_output', { epoch: 1, seq: 1, content: 'a' }, '0:1-1');
    stage.source.breakOff();
    expect(stage.state).toEqual({ kind: 'waiting', retryAt: stage.now + 500 });
  });

  it('waits ever longer for a server that accepts and brings nothing', () => {
    const stage = new Stage();
    for (let i = 0; i < 4; i++) {
      stage.source.accept();
      stage.source.breakOff();
      stage.pass(15_000);
    }
    stage.source.breakOff();
    expect(stage.state).toEqual({ kind: 'waiting', retryAt: stage.now + 8_000 });
  });

  it('is complete with run_complete, and leaves no timer', () => {
    const stage = new Stage();
    stage.source.accept();
    stage.source.send('run_complete', { variation_id: null, epoch: 1, seq: 9, state: 'completed', position: '0:1-4,run:1-9' }, '0:1-4,run:1-9');
    expect(stage.state).toEqual({ kind: 'complete' });
    expect(stage.source.closed).toBe(true);
    expect(stage.timers).toBe(0);
    stage.pass(3_600_000);
    expect(stage.sources).toHaveLength(1);
  });

  it('is complete when the server has nothing more (204)', async () => {
    const stage = new Stage();
    stage.answer = () => Promise.resolve(new Response(null, { status: 204 }));
    stage.source.refuse();
    await stage.settle();
    expect(stage.state).toEqual({ kind: 'complete' });
    expect(stage.timers).toBe(0);
  });

  it('stops at an unknown run and says why', async () => {
    const stage = new Stage();
    stage.answer = () => problem(404, 'There is no such run', 'There is no run r1.');
    stage.source.refuse();
    await stage.settle();
    expect(stage.state).toEqual({ kind: 'stopped', status: 404, title: 'There is no such run', detail: 'There is no run r1.' });
    stage.pass(3_600_000);
    expect(stage.sources).toHaveLength(1);
  });

  it('starts over when its position is not understood, and stops when that does not help', async () => {
    const stage = new Stage();
    stage.answer = () => problem(400, 'No position', 'A position looks like 0:1-42.');
    stage.source.send('agent_output', { epoch: 1, seq: 1, content: 'a' }, 'nonsense');
    stage.source.refuse();
    await stage.settle();
    stage.pass(500);
    expect(stage.source.url).toBe('/api/v1/runs/r1/stream/redis');
    stage.source.refuse();
    await stage.settle();
    expect(stage.state).toMatchObject({ kind: 'stopped', title: 'No position' });
  });

  it('reopens a connection that fell silent for three heartbeats', () => {
    const stage = new Stage();
    stage.source.accept();
    stage.pass(60_000);
    stage.source.send('heartbeat', { variation_id: null });
    stage.pass(89_000);
    expect(stage.state.kind).toBe('open');
    stage.pass(1_000);
    expect(stage.state.kind).toBe('waiting');
    stage.pass(500);
    expect(stage.sources).toHaveLength(2);
  });

  it('is as patient as a slower heartbeat asks for', () => {
    const stage = new Stage();
    stage.source.accept();
    stage.source.send('heartbeat', { variation_id: null });
    stage.pass(60_000);
    stage.source.send('heartbeat', { variation_id: null });
    stage.pass(170_000);
    expect(stage.state.kind).toBe('open');
    stage.pass(10_000);
    expect(stage.state.kind).toBe('waiting');
  });

  it('switches the backend at the same event', () => {
    const stage = new Stage();
    const before = stage.source;
    before.send('agent_output', { epoch: 1, seq: 3, content: 'c' }, '0:1-3');
    stage.stream.switchTo('logs');
    expect(before.closed).toBe(true);
    expect(stage.source.url).toBe('/api/v1/runs/r1/stream?last_event_id=0%3A1-3');
    before.send('agent_output', { epoch: 1, seq: 4, content: 'late' }, '0:1-4');
    expect(stage.events).toHaveLength(1);
  });

  it('comes back behind its last event when a complete run goes on', () => {
    const stage = new Stage();
    stage.stream.reopen();
    expect(stage.sources).toHaveLength(1);
    stage.source.send('run_complete', { variation_id: null, epoch: 1, seq: 1, state: 'failed', position: 'run:1-1' }, 'run:1-1');
    stage.stream.reopen();
    expect(stage.sources.at(-1)?.url).toBe('/api/v1/runs/r1/stream/redis?last_event_id=run%3A1-1');
    expect(stage.sources).toHaveLength(2);
  });

  it('does not come back to a complete run for another backend', () => {
    const stage = new Stage();
    stage.source.send('run_complete', { variation_id: null, epoch: 1, seq: 1, state: 'completed', position: 'run:1-1' }, 'run:1-1');
    stage.stream.switchTo('logs');
    expect(stage.sources).toHaveLength(1);
  });

  it('goes on behind an event that it cannot read', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const stage = new Stage();
    stage.source.send('agent_output', { epoch: 1, seq: 1, content: 7 }, '0:1-1');
    stage.source.send('agent_output', { epoch: 1, seq: 2, content: 'b' }, '0:1-2');
    expect(stage.events).toHaveLength(1);
    expect(warned).toHaveBeenCalledOnce();
    warned.mockRestore();
  });

  it('retries at once when asked, and only once', () => {
    const stage = new Stage();
    stage.source.breakOff();
    stage.stream.retryNow();
    expect(stage.sources).toHaveLength(2);
    stage.stream.retryNow();
    stage.pass(20_000);
    expect(stage.sources).toHaveLength(2);
  });

  it('goes on behind the last event after a pause', () => {
    const stage = new Stage();
    stage.source.accept();
    stage.source.send('agent_output', { epoch: 1, seq: 2, content: 'b' }, '0:1-2');
    stage.stream.pause();
    expect(stage.source.closed).toBe(true);
    expect(stage.timers).toBe(0);
    stage.stream.open();
    expect(stage.sources).toHaveLength(2);
    expect(stage.source.url).toContain('last_event_id=0%3A1-2');
  });

  it('has nothing to pause once it is complete', () => {
    const stage = new Stage();
    stage.source.send('run_complete', { variation_id: null, epoch: 1, seq: 9, state: 'completed', position: 'run:1-9' }, 'run:1-9');
    stage.stream.pause();
    expect(stage.state).toEqual({ kind: 'complete' });
    stage.stream.reopen();
    expect(stage.sources).toHaveLength(1);
    stage.stream.open();
    stage.stream.reopen();
    expect(stage.sources).toHaveLength(2);
  });

  it('leaves nothing behind when it is closed', async () => {
    const stage = new Stage();
    stage.source.refuse();
    stage.stream.close();
    await stage.settle();
    expect(stage.timers).toBe(0);
    expect(stage.state).toEqual({ kind: 'closed' });
    stage.stream.open();
    expect(stage.sources).toHaveLength(2);
  });
});
