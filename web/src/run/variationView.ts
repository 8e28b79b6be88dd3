import type { Variation } from '../api/types';
import type { Outcome } from '../stream/event';
import type { Pane } from './runModel';

/** What is known of a variation, from the stream or the service, whichever is further. */
export interface VariationView {
  state: string;
  /** Which attempt's state that is. */
  attempt: number;
  outcome: Outcome | null;
  /** Why it ended so or, before that, what keeps it from running; null when there is nothing to add. */
  sentence: string | null;
  /** The same as a code, for whoever looks it up. */
  reason: string | null;
  ended: boolean;
}

const ORDER = ['queued', 'starting', 'running', 'cancelling', 'ended'];

export function viewOf(variation: Variation, pane: Pane | undefined): VariationView {
  const told = pane?.status ?? null;
  const further =
    told !== null &&
    (told.attempt > variation.attempt ||
      (told.attempt === variation.attempt && ORDER.indexOf(told.state) >= ORDER.indexOf(variation.state)))
      ? told
      : variation;
  return {
    state: further.state,
    // Before the first one began it waits for that.
    attempt: Math.max(1, further.attempt),
    outcome: further.outcome ?? null,
    sentence: further.detail ?? null,
    reason: further.reason ?? null,
    ended: further.state === 'ended',
  };
}
