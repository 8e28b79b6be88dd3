/** The wire contract of a run's events, as the browser receives them. Its golden examples are the Java module's. */

export const OUTCOMES = [
  'completed',
  'failed',
  'cancelled',
  'timed_out',
  'budget_reached',
  'image_pull_failed',
  'unschedulable',
  'quota_exceeded',
  'admission_refused',
  'start_failed',
  'out_of_memory',
  'evicted',
  'agent_silent',
  'agent_crashed',
  'lost',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const TOOL_PHASES = ['started', 'finished', 'failed'] as const;
export type ToolPhase = (typeof TOOL_PHASES)[number];

export const COST_SOURCES = ['reported', 'estimated', 'unknown'] as const;
export type CostSource = (typeof COST_SOURCES)[number];

const ENCODINGS = ['utf8', 'base64'] as const;

/** What each type says beyond who said it and when: reading one is writing down its shape. */
const PAYLOADS = {
  agent_output: (f: Fields) => ({ content: f.text('content') }),
  agent_log: (f: Fields) => ({ level: f.oneOf('level', LOG_LEVELS), content: f.text('content') }),
  agent_tool: (f: Fields) => ({
    callId: f.text('call_id'),
    name: f.text('name'),
    phase: f.oneOf('phase', TOOL_PHASES),
    input: f.raw('input') ?? null,
    output: f.textOrNull('output'),
  }),
  /** Tokens since the event of this type before. */
  agent_usage: (f: Fields) => ({
    model: f.textOrNull('model'),
    inputTokens: f.count('input_tokens'),
    outputTokens: f.count('output_tokens'),
    costUsd: f.numberOrNull('cost_usd'),
    costSource: f.oneOf('cost_source', COST_SOURCES),
  }),
  agent_artifact: (f: Fields) => ({
    name: f.text('name'),
    mediaType: f.text('media_type'),
    part: f.count('part'),
    parts: f.count('parts'),
    encoding: f.oneOf('encoding', ENCODINGS),
    content: f.text('content'),
  }),
  agent_error: (f: Fields) => ({ code: f.text('code'), content: f.text('content'), hint: f.textOrNull('hint') }),
  agent_complete: (f: Fields) => ({
    outcome: f.oneOf('outcome', OUTCOMES),
    reason: f.textOrNull('reason'),
    detail: f.textOrNull('detail'),
  }),
  /** Of a variation's attempt, or of the run when `variation` is null. */
  status: (f: Fields) => ({
    variation: f.countOrNull('variation'),
    attempt: f.countOrNull('attempt'),
    state: f.text('state'),
    outcome: f.oneOfOrNull('outcome', OUTCOMES),
    reason: f.textOrNull('reason'),
    detail: f.textOrNull('detail'),
  }),
  run_complete: (f: Fields) => ({ state: f.text('state'), position: f.text('position') }),
  /** `to` is null when nobody knows how many are gone. */
  gap: (f: Fields) => ({ from: f.count('from'), to: f.countOrNull('to') }),
  heartbeat: () => ({}),
  caught_up: () => ({}),
  source_changed: (f: Fields) => ({ source: f.text('source'), reason: f.text('reason') }),
};

export type EventType = keyof typeof PAYLOADS;
export const EVENT_TYPES = Object.keys(PAYLOADS) as EventType[];

export interface EntryId {
  /** Counts a variation's attempts from 1. */
  epoch: number;
  /** Counts a producer's events in an epoch from 1. */
  seq: number;
}

interface Header {
  /** Whoever numbered it: a variation's agent, or the run itself. */
  producer: number | 'run';
  /** Null for what a gateway makes up for its viewers. */
  id: EntryId | null;
  timestamp: string | null;
}

export type RunEvent = {
  [T in EventType]: Header & { type: T } & ReturnType<(typeof PAYLOADS)[T]>;
}[EventType];

export type EventOf<T extends EventType> = Extract<RunEvent, { type: T }>;

/**
 * Reads one event. Null for a type that this page does not know: a newer service may send some. Throws for a known
 * type with a field missing or of the wrong kind.
 */
export function parseEvent(data: string): RunEvent | null {
  const json: unknown = JSON.parse(data);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new TypeError('An event is a JSON object');
  }
  const fields = new Fields(json as Record<string, unknown>);
  const type = fields.text('type');
  if (!Object.hasOwn(PAYLOADS, type)) {
    return null;
  }
  const producer = fields.textOrNull('variation_id');
  return {
    type,
    producer: producer === null ? 'run' : Number.parseInt(producer, 10),
    id: fields.raw('epoch') == null ? null : { epoch: fields.count('epoch'), seq: fields.count('seq') },
    timestamp: fields.textOrNull('timestamp'),
    ...PAYLOADS[type as EventType](fields),
  } as RunEvent;
}

class Fields {
  readonly #json: Record<string, unknown>;

  constructor(json: Record<string, unknown>) {
    this.#json = json;
  }

  raw(name: string): unknown {
    return this.#json[name];
  }

  text(name: string): string {
    const value = this.#json[name];
    if (typeof value !== 'string') {
      throw new TypeError(`An event of this type has a string ${name}`);
    }
    return value;
  }

  textOrNull(name: string): string | null {
    return this.#json[name] == null ? null : this.text(name);
  }

  count(name: string): number {
    const value = this.#json[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      throw new TypeError(`An event of this type has a whole number ${name}`);
    }
    return value;
  }

  countOrNull(name: string): number | null {
    return this.#json[name] == null ? null : this.count(name);
  }

  numberOrNull(name: string): number | null {
    const value = this.#json[name];
    if (value != null && typeof value !== 'number') {
      throw new TypeError(`${name} is a number where it is given`);
    }
    return value ?? null;
  }

  oneOf<T extends string>(name: string, list: readonly T[]): T {
    const value = this.text(name);
    const found = list.find((known) => known === value);
    if (found === undefined) {
      throw new TypeError(`${name} is one of ${list.join(', ')}, not ${value}`);
    }
    return found;
  }

  oneOfOrNull<T extends string>(name: string, list: readonly T[]): T | null {
    return this.#json[name] == null ? null : this.oneOf(name, list);
  }
}
