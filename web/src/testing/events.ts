import type { EventOf, EventType, RunEvent } from '../stream/event';

/** One event as the gateway would have sent it; `producer` is a variation or the run. */
export function event<T extends EventType>(
  type: T,
  producer: number | 'run',
  [epoch, seq]: [number?, number?],
  fields: Omit<EventOf<T>, 'type' | 'producer' | 'id' | 'timestamp'>,
): RunEvent {
  return {
    type,
    producer,
    id: epoch === undefined || seq === undefined ? null : { epoch, seq },
    timestamp: '2026-01-10T10:30:00.123Z',
    ...fields,
  } as unknown as RunEvent;
}

export function output(variation: number, epoch: number, seq: number, content: string): RunEvent {
  return event('agent_output', variation, [epoch, seq], { content });
}
