import type { Outcome } from '../stream/event';
import classes from './StateBadge.module.css';

type Tone = 'idle' | 'live' | 'good' | 'warn' | 'bad';

const STATES: Record<string, [string, Tone]> = {
  queued: ['Queued', 'idle'],
  starting: ['Starting', 'live'],
  running: ['Running', 'live'],
  cancelling: ['Cancelling', 'warn'],
  ended: ['Ended', 'idle'],
  completed: ['Completed', 'good'],
  failed: ['Failed', 'bad'],
  cancelled: ['Cancelled', 'idle'],
};

const OUTCOMES: Record<Outcome, [string, Tone]> = {
  completed: ['Completed', 'good'],
  failed: ['Failed', 'bad'],
  cancelled: ['Cancelled', 'idle'],
  timed_out: ['Timed out', 'warn'],
  budget_reached: ['Budget reached', 'warn'],
  image_pull_failed: ['Image not pulled', 'bad'],
  unschedulable: ['Not scheduled', 'bad'],
  quota_exceeded: ['Quota exceeded', 'bad'],
  admission_refused: ['Refused by the cluster', 'bad'],
  start_failed: ['Did not start', 'bad'],
  out_of_memory: ['Out of memory', 'bad'],
  evicted: ['Evicted', 'bad'],
  agent_silent: ['Fell silent', 'bad'],
  agent_crashed: ['Crashed', 'bad'],
  lost: ['Lost', 'bad'],
};

/** The state of a run or a variation; an outcome says more than "ended". */
export function StateBadge({ state, outcome }: { state: string; outcome?: Outcome | null }) {
  const [label, tone] = (outcome && OUTCOMES[outcome]) || STATES[state] || [state, 'idle' as Tone];
  return (
    <span className={classes.badge} data-tone={tone}>
      {label}
    </span>
  );
}

export function outcomeWords(outcome: Outcome): string {
  return OUTCOMES[outcome][0];
}
