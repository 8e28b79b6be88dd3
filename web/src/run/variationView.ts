import type { Variation } from '../api/types';
import type { Outcome } from '../stream/event';
import type { Pane } from './runModel';

/** What is known of a variation, from the stream or the service, whichever is further. */
export interface VariationView {
  state: string;
  outcome: Outcome | null;
  /** Why it ended so, as a sentence; null when there is nothing to add. */
  sentence: string | null;
  ended: boolean;
}

const ORDER = ['queued', 'starting', 'running', 'cancelling', 'ended'];

export function viewOf(variation: Variation, pane: Pane | undefined): VariationView {
  const told = pane?.status ?? null;
  const streamIsFurther =
    told !== null &&
    (told.attempt > variation.attempt ||
      (told.attempt === variation.attempt && ORDER.indexOf(told.state) > ORDER.indexOf(variation.state)));
  if (streamIsFurther) {
    return {
      state: told.state,
      outcome: told.ending?.outcome ?? null,
      sentence: told.ending?.detail ?? null,
      ended: told.state === 'ended',
    };
  }
  return {
    state: variation.state,
    outcome: variation.outcome ?? null,
    sentence: variation.detail ?? null,
    ended: variation.state === 'ended',
  };
}
