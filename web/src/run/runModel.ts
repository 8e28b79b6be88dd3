import type { EntryId, EventOf, LogLevel, Outcome, RunEvent, ToolPhase } from '../stream/event';
import { TextPieces, type CodePiece } from './textPieces';

/** What a pane shows, top to bottom. An item is replaced, never changed, so that what is drawn can be kept. */
export type PaneItem =
  | { kind: 'text'; text: string; code: CodePiece | null }
  | { kind: 'tool'; callId: string; name: string; phase: ToolPhase; input: unknown; output: string | null }
  | { kind: 'gap'; from: number; to: number | null }
  | { kind: 'error'; content: string; hint: string | null }
  | { kind: 'artifact'; name: string; mediaType: string; encoding: 'utf8' | 'base64'; parts: string[]; total: number };

export interface LogLine {
  level: LogLevel;
  content: string;
  timestamp: string | null;
}

export interface Usage {
  inputTokens: number;
  outputTokens: number;
  /** Null while no cost is known. */
  costUsd: number | null;
  estimated: boolean;
}

export interface Ending {
  outcome: Outcome;
  reason: string | null;
  detail: string | null;
}

export interface PaneStatus {
  state: string;
  attempt: number;
  /** Null until it ended. */
  outcome: Outcome | null;
  /** Why it ended or, before that, what keeps it from running: a code, and a sentence. */
  reason: string | null;
  detail: string | null;
}

/** More lines than a person reads; a chatty agent must not fill the page's memory. */
const MOST_LOG_LINES = 5_000;

/** One attempt of one variation, as far as it was heard. */
export class Attempt {
  readonly items: PaneItem[] = [];
  readonly logs: LogLine[] = [];
  droppedLogs = 0;
  usage: Usage | null = null;
  ending: Ending | null = null;

  #pieces = new TextPieces();
  #textIsOpen = false;

  constructor(readonly epoch: number) {}

  /** All text, as the agent wrote it. */
  text(): string {
    return this.items.map((item) => (item.kind === 'text' ? item.text : '')).join('');
  }

  write(chunk: string): void {
    if (chunk === '') {
      return;
    }
    const finished = this.#pieces.push(chunk);
    const open = this.#pieces.open();
    if (this.#textIsOpen) {
      this.items.pop();
    }
    for (const piece of finished) {
      this.items.push({ kind: 'text', ...piece });
    }
    if (open !== null) {
      this.items.push({ kind: 'text', ...open });
    }
    this.#textIsOpen = open !== null;
  }

  add(item: PaneItem): void {
    this.#pieces = new TextPieces();
    this.#textIsOpen = false;
    this.items.push(item);
  }

  tool(event: EventOf<'agent_tool'>): void {
    const at = this.items.findLastIndex((item) => item.kind === 'tool' && item.callId === event.callId);
    const before = this.items[at];
    if (before?.kind === 'tool') {
      this.items[at] = {
        ...before,
        phase: event.phase,
        input: event.input ?? before.input,
        output: event.output ?? before.output,
      };
    } else {
      const { callId, name, phase, input, output } = event;
      this.add({ kind: 'tool', callId, name, phase, input, output });
    }
  }

  artifact(event: EventOf<'agent_artifact'>): void {
    const at = this.items.findLastIndex(
      (item) => item.kind === 'artifact' && item.name === event.name && item.parts.length < item.total,
    );
    const before = this.items[at];
    if (event.part > 1 && before?.kind === 'artifact') {
      this.items[at] = { ...before, parts: [...before.parts, event.content] };
    } else {
      const { name, mediaType, encoding, content, parts } = event;
      this.add({ kind: 'artifact', name, mediaType, encoding, parts: [content], total: parts });
    }
  }

  log(line: LogLine): void {
    if (this.logs.length >= 2 * MOST_LOG_LINES) {
      this.logs.splice(0, MOST_LOG_LINES);
      this.droppedLogs += MOST_LOG_LINES;
    }
    this.logs.push(line);
  }

  use(event: EventOf<'agent_usage'>): void {
    const before = this.usage ?? { inputTokens: 0, outputTokens: 0, costUsd: null, estimated: false };
    this.usage = {
      inputTokens: before.inputTokens + event.inputTokens,
      outputTokens: before.outputTokens + event.outputTokens,
      costUsd: event.costUsd === null ? before.costUsd : (before.costUsd ?? 0) + event.costUsd,
      estimated: before.estimated || event.costSource === 'estimated',
    };
  }
}

/** One variation: its attempts, oldest first, and the state that the run last told of it. */
export class Pane {
  readonly attempts: Attempt[] = [];
  status: PaneStatus | null = null;
  /** Grows with every change that can be seen. */
  revision = 0;

  constructor(readonly variation: number) {}

  get latest(): Attempt | null {
    return this.attempts.at(-1) ?? null;
  }

  attempt(epoch: number): Attempt {
    let latest = this.latest;
    if (latest === null || latest.epoch < epoch) {
      latest = new Attempt(epoch);
      this.attempts.push(latest);
    }
    return latest;
  }
}

/**
 * A run as its events tell it. The gateway promises each event once and in order; what comes twice all the same, as
 * after a reconnect that started over, changes nothing here, and what is missing is marked instead of glued over.
 */
export class RunModel {
  readonly panes = new Map<number, Pane>();
  /** The run's own state, once an event told it. */
  state: string | null = null;
  complete = false;
  caughtUp = false;
  /** What the gateway reads from and why, where it is not what was asked for. */
  source: { source: string; reason: string } | null = null;
  /** Grows with every change outside the panes. */
  revision = 0;

  readonly #heard = new Map<number | 'run', EntryId>();

  pane(variation: number): Pane {
    let pane = this.panes.get(variation);
    if (pane === undefined) {
      pane = new Pane(variation);
      this.panes.set(variation, pane);
      this.revision++;
    }
    return pane;
  }

  /** How far this page is with every producer: `0:1-42,run:1-9`. */
  position(): string {
    return [...this.#heard]
      .sort(([a], [b]) => (a === 'run' ? 1 : b === 'run' ? -1 : a - b))
      .map(([producer, id]) => `${producer}:${id.epoch}-${id.seq}`)
      .join(',');
  }

  apply(event: RunEvent): void {
    const missing = event.id === null ? null : this.#take(event, event.id);
    if (missing === 'heard before') {
      return;
    }
    const pane = event.producer === 'run' ? null : this.pane(event.producer);
    const attempt = pane?.attempt(event.id?.epoch ?? pane.latest?.epoch ?? 1) ?? null;
    if (missing !== null) {
      attempt?.add({ kind: 'gap', ...missing });
    }
    switch (event.type) {
      case 'agent_output':
        attempt?.write(event.content);
        break;
      case 'agent_log':
        attempt?.log({ level: event.level, content: event.content, timestamp: event.timestamp });
        break;
      case 'agent_tool':
        attempt?.tool(event);
        break;
      case 'agent_usage':
        attempt?.use(event);
        break;
      case 'agent_artifact':
        attempt?.artifact(event);
        break;
      case 'agent_error':
        attempt?.add({ kind: 'error', content: event.content, hint: event.hint });
        break;
      case 'agent_complete':
        if (attempt !== null) {
          attempt.ending = { outcome: event.outcome, reason: event.reason, detail: event.detail };
        }
        break;
      case 'gap':
        attempt?.add({ kind: 'gap', from: event.from, to: event.to });
        break;
      case 'status':
        this.#status(event);
        break;
      case 'run_complete':
        this.state = event.state;
        this.complete = true;
        this.revision++;
        break;
      case 'caught_up':
        this.caughtUp = true;
        this.revision++;
        break;
      case 'source_changed':
        this.source = event.source === 'redis' ? null : { source: event.source, reason: event.reason };
        this.revision++;
        break;
      case 'heartbeat':
        break;
    }
    if (pane !== null) {
      pane.revision++;
    }
  }

  /** A new connection begins with the source that was asked for. */
  forgetSource(): void {
    if (this.source !== null) {
      this.source = null;
      this.revision++;
    }
  }

  #status(event: EventOf<'status'>): void {
    // What follows run_complete is a retry's.
    this.complete = false;
    if (event.variation === null) {
      this.state = event.state;
      this.revision++;
      return;
    }
    const pane = this.pane(event.variation);
    pane.status = {
      state: event.state,
      attempt: event.attempt ?? pane.status?.attempt ?? 1,
      outcome: event.outcome,
      reason: event.reason,
      detail: event.detail,
    };
    pane.revision++;
    this.revision++;
  }

  /** Advances to this event; answers what is missing before it. */
  #take(event: RunEvent, id: EntryId): { from: number; to: number } | null | 'heard before' {
    const last = this.#heard.get(event.producer) ?? { epoch: 0, seq: 0 };
    if (id.epoch < last.epoch || (id.epoch === last.epoch && id.seq <= last.seq)) {
      return 'heard before';
    }
    this.#heard.set(event.producer, id);
    const expected = id.epoch === last.epoch ? last.seq + 1 : 1;
    const first = event.type === 'gap' ? event.from : id.seq;
    return first > expected ? { from: expected, to: first - 1 } : null;
  }
}
