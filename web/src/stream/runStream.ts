import { EVENT_TYPES, parseEvent, type RunEvent } from './event';

/** Where the gateway takes a run's events from. Both give the same events under the same positions. */
export type Backend = 'redis' | 'logs';

export type StreamState =
  | { kind: 'connecting' }
  | { kind: 'open' }
  /** Lost, and tried again at `retryAt` (epoch milliseconds). */
  | { kind: 'waiting'; retryAt: number }
  /** Everything arrived: the run is over. */
  | { kind: 'complete' }
  /** Trying again would not help, before something else changes; `status` is what the server answered. */
  | { kind: 'stopped'; status: number; title: string; detail: string }
  | { kind: 'closed' };

export interface StreamListener {
  onEvent(event: RunEvent): void;
  onState(state: StreamState): void;
}

/** What the stream needs of the browser; tests bring their own. */
export interface StreamSurroundings {
  openSource(url: string): EventSource;
  fetch(url: string, init: RequestInit): Promise<Response>;
  now(): number;
  random(): number;
  setTimeout(callback: () => void, ms: number): number;
  clearTimeout(timer: number): void;
}

const BROWSER: StreamSurroundings = {
  openSource: (url) => new EventSource(url),
  fetch: (url, init) => fetch(url, init),
  now: () => Date.now(),
  random: () => Math.random(),
  setTimeout: (callback, ms) => window.setTimeout(callback, ms),
  clearTimeout: (timer) => window.clearTimeout(timer),
};

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
const USUAL_HEARTBEAT_MS = 30_000;
const MISSED_HEARTBEATS = 3;
const REASON_WITHIN_MS = 10_000;

/**
 * A run's events from their start to `run_complete`, whatever happens to the connection: a native EventSource gives up
 * on a 502, and comes back on its own clock after anything else, so every loss ends it here and a new one is opened
 * behind the last event that arrived.
 */
export class RunStream {
  readonly #runId: string;
  readonly #listener: StreamListener;
  readonly #here: StreamSurroundings;

  #backend: Backend;
  #source: EventSource | null = null;
  #state: StreamState = { kind: 'closed' };
  #lastEventId = '';
  #paused = false;
  #failures = 0;
  #retryTimer: number | null = null;
  #watchdog: number | null = null;
  #asking: AbortController | null = null;
  #heartbeatMs = USUAL_HEARTBEAT_MS;
  #lastHeartbeatAt: number | null = null;
  /** Grows with every connection, so that an answer to an abandoned one is told from one that counts. */
  #connection = 0;

  constructor(runId: string, backend: Backend, listener: StreamListener, surroundings: StreamSurroundings = BROWSER) {
    this.#runId = runId;
    this.#backend = backend;
    this.#listener = listener;
    this.#here = surroundings;
  }

  get state(): StreamState {
    return this.#state;
  }

  open(): void {
    this.#paused = false;
    if (this.#state.kind === 'closed') {
      this.#connect();
    }
  }

  close(): void {
    this.#disconnect();
    this.#enter({ kind: 'closed' });
  }

  /** Gives its connection back and keeps its place, until it is opened again: nothing else connects it meanwhile. */
  pause(): void {
    this.#paused = true;
    if (this.#state.kind !== 'complete' && this.#state.kind !== 'stopped') {
      this.close();
    }
  }

  /** Goes on from the same event over the other backend. */
  switchTo(backend: Backend): void {
    if (backend === this.#backend) {
      return;
    }
    this.#backend = backend;
    if (this.#state.kind !== 'complete' && this.#state.kind !== 'closed') {
      this.#failures = 0;
      this.#connect();
    }
  }

  /** The run goes on after all: a variation is tried again. */
  reopen(): void {
    if (this.#state.kind === 'complete' && !this.#paused) {
      this.#failures = 0;
      this.#connect();
    }
  }

  /** Does not wait any longer: the network is back, or somebody asks. */
  retryNow(): void {
    if ((this.#state.kind === 'waiting' || this.#state.kind === 'stopped') && !this.#paused) {
      this.#connect();
    }
  }

  #url(): string {
    const path = `/api/v1/runs/${encodeURIComponent(this.#runId)}/stream${this.#backend === 'redis' ? '/redis' : ''}`;
    return this.#lastEventId === '' ? path : `${path}?last_event_id=${encodeURIComponent(this.#lastEventId)}`;
  }

  #connect(): void {
    this.#disconnect();
    this.#enter({ kind: 'connecting' });
    const connection = this.#connection;
    const source = this.#here.openSource(this.#url());
    this.#source = source;
    this.#feedWatchdog();
    source.onopen = () => {
      if (connection === this.#connection) {
        this.#feedWatchdog();
        this.#enter({ kind: 'open' });
      }
    };
    source.onerror = () => {
      if (connection === this.#connection) {
        this.#lost(source.readyState === source.CLOSED);
      }
    };
    for (const type of EVENT_TYPES) {
      source.addEventListener(type, (message) => {
        if (connection === this.#connection) {
          this.#receive(message);
        }
      });
    }
  }

  #disconnect(): void {
    this.#connection++;
    this.#source?.close();
    this.#source = null;
    this.#asking?.abort();
    this.#asking = null;
    this.#lastHeartbeatAt = null;
    this.#stopTimer('retry');
    this.#stopTimer('watchdog');
  }

  #receive(message: MessageEvent<string>): void {
    this.#feedWatchdog();
    let event: RunEvent | null;
    try {
      event = parseEvent(message.data);
    } catch (error) {
      // One that cannot be read must not stop those behind it.
      console.warn('Skipped an event that could not be read', error);
      event = null;
    }
    if (event !== null) {
      if (event.type === 'heartbeat') {
        this.#measureHeartbeat();
      }
      this.#listener.onEvent(event);
    }
    // Behind the event: one that a listener failed on comes again.
    if (message.lastEventId !== '' && message.lastEventId !== this.#lastEventId) {
      this.#lastEventId = message.lastEventId;
      this.#failures = 0;
    }
    if (event?.type === 'run_complete') {
      this.#disconnect();
      this.#enter({ kind: 'complete' });
    }
  }

  #lost(refused: boolean): void {
    this.#disconnect();
    if (refused) {
      this.#enter({ kind: 'connecting' });
      void this.#askWhy(this.#connection);
    } else {
      this.#retryLater();
    }
  }

  /** An EventSource does not tell the status that ended it, so the same address is asked once more. */
  async #askWhy(connection: number): Promise<void> {
    const abort = new AbortController();
    this.#asking = abort;
    // A server that takes the question and never answers must not keep us from trying again.
    const limit = this.#here.setTimeout(() => abort.abort(), REASON_WITHIN_MS);
    let answer: Response;
    let problem: { title: string; detail: string } | null;
    try {
      answer = await this.#here.fetch(this.#url(), {
        headers: { Accept: 'text/event-stream' },
        cache: 'no-store',
        signal: abort.signal,
      });
      problem = answer.ok ? null : await problemOf(answer);
    } catch {
      if (connection === this.#connection) {
        this.#retryLater();
      }
      return;
    } finally {
      this.#here.clearTimeout(limit);
      // A stream that is open after all: it was only asked for its status.
      abort.abort();
    }
    if (connection !== this.#connection) {
      return;
    }
    switch (answer.status) {
      case 204:
        this.#enter({ kind: 'complete' });
        break;
      case 400:
        if (this.#lastEventId === '') {
          this.#stop(answer.status, problem);
        } else {
          // The position is not understood (any more). From the start, then: whoever listens knows what it has.
          this.#lastEventId = '';
          this.#retryLater();
        }
        break;
      case 401:
      case 403:
      case 404:
      case 410:
        this.#stop(answer.status, problem);
        break;
      default:
        this.#retryLater();
    }
  }

  #stop(status: number, problem: { title: string; detail: string } | null): void {
    this.#enter({
      kind: 'stopped',
      status,
      title: problem?.title ?? 'The stream was refused',
      detail: problem?.detail ?? '',
    });
  }

  #retryLater(): void {
    const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#failures);
    // At least half of it, so that a gateway that restarts is not asked by all its viewers at once, nor at no interval.
    const delay = ceiling * (0.5 + this.#here.random() / 2);
    this.#failures++;
    this.#retryTimer = this.#here.setTimeout(() => this.#connect(), delay);
    this.#enter({ kind: 'waiting', retryAt: this.#here.now() + delay });
  }

  #measureHeartbeat(): void {
    const now = this.#here.now();
    if (this.#lastHeartbeatAt !== null) {
      this.#heartbeatMs = Math.max(USUAL_HEARTBEAT_MS, now - this.#lastHeartbeatAt);
    }
    this.#lastHeartbeatAt = now;
    this.#feedWatchdog();
  }

  /** A connection that is open but dead, as after a laptop's sleep, raises no error. */
  #feedWatchdog(): void {
    this.#stopTimer('watchdog');
    this.#watchdog = this.#here.setTimeout(() => this.#lost(false), this.#heartbeatMs * MISSED_HEARTBEATS);
  }

  #stopTimer(which: 'retry' | 'watchdog'): void {
    const timer = which === 'retry' ? this.#retryTimer : this.#watchdog;
    if (timer !== null) {
      this.#here.clearTimeout(timer);
    }
    if (which === 'retry') {
      this.#retryTimer = null;
    } else {
      this.#watchdog = null;
    }
  }

  #enter(state: StreamState): void {
    this.#state = state;
    this.#listener.onState(state);
  }
}

async function problemOf(answer: Response): Promise<{ title: string; detail: string } | null> {
  try {
    const body = (await answer.json()) as { title?: unknown; detail?: unknown };
    return typeof body.title === 'string'
      ? { title: body.title, detail: typeof body.detail === 'string' ? body.detail : '' }
      : null;
  } catch {
    return null;
  }
}
