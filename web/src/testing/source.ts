/** An EventSource whose server is the test. */
export class FakeSource {
  static all: FakeSource[] = [];
  readonly CLOSED = 2;
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  readonly listeners = new Map<string, (message: unknown) => void>();

  /** Takes the browser's place, for each test anew. */
  static install(): void {
    FakeSource.all = [];
    globalThis.EventSource = FakeSource as unknown as typeof EventSource;
  }

  static get latest(): FakeSource | undefined {
    return FakeSource.all.at(-1);
  }

  constructor(readonly url: string) {
    FakeSource.all.push(this);
  }

  addEventListener(type: string, listener: (message: unknown) => void) {
    this.listeners.set(type, listener);
  }

  close() {
    this.closed = true;
  }

  /** The server answered something that is no stream; a browser gives up. */
  refuse() {
    this.readyState = this.CLOSED;
    this.onerror?.();
  }
}
