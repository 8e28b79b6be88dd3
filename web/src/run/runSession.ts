import { door } from '../access/access';
import type { RunEvent } from '../stream/event';
import { RunStream, type Backend, type StreamState } from '../stream/runStream';
import { RunModel } from './runModel';

type Stream = Pick<RunStream, 'open' | 'close' | 'pause' | 'switchTo' | 'reopen' | 'retryNow'>;

/**
 * A run that is being watched: its stream, what the stream told so far, and whoever draws it. Events change the model at
 * once; who draws hears of it once a frame, however many there were.
 */
export class RunSession {
  readonly model = new RunModel();
  streamState: StreamState = { kind: 'closed' };

  readonly #stream: Stream;
  readonly #watchers = new Set<() => void>();
  readonly #news = new Set<(event: RunEvent) => void>();
  #frame: number | null = null;

  constructor(
    runId: string,
    backend: Backend,
    startStream: (...args: ConstructorParameters<typeof RunStream>) => Stream = (...args) => new RunStream(...args),
  ) {
    this.#stream = startStream(runId, backend, {
      onEvent: (event) => {
        this.model.apply(event);
        if (event.type === 'status' || event.type === 'run_complete') {
          this.#news.forEach((tell) => tell(event));
        }
        this.#tellSoon();
      },
      onState: (state) => {
        this.streamState = state;
        if (state.kind === 'connecting') {
          // Whoever answers now says it again if it is still so.
          this.model.forgetSource();
        } else if (state.kind === 'stopped' && state.status === 401) {
          door.lost();
        }
        this.#tellSoon();
      },
    });
  }

  open(): void {
    this.#stream.open();
  }

  close(): void {
    this.#stream.close();
    if (this.#frame !== null) {
      cancelAnimationFrame(this.#frame);
      this.#frame = null;
    }
  }

  /** Until it is opened again, which goes on where this left off. */
  pause(): void {
    this.#stream.pause();
  }

  switchTo(backend: Backend): void {
    this.#stream.switchTo(backend);
  }

  /** After the run was complete: it goes on. */
  reopen(): void {
    this.#stream.reopen();
  }

  retryNow(): void {
    this.#stream.retryNow();
  }

  /** Tells, at most once a frame, that something changed. */
  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Tells every change of state of a variation or the run. */
  onNews(tell: (event: RunEvent) => void): () => void {
    this.#news.add(tell);
    return () => this.#news.delete(tell);
  }

  #tellSoon(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#watchers.forEach((tell) => tell());
    });
  }
}
