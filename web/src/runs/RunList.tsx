import { Button, Pagination, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { PAGE_SIZE, useRuns } from '../api/queries';
import { isActive, RUN_STATES, type Run, type RunState } from '../api/types';
import { visible } from '../markdown/visible';
import { StateBadge } from '../shell/StateBadge';
import { ago, elapsed, useNow } from '../shell/time';
import { VariationMark } from '../shell/VariationMark';
import { repositoryName } from './repositoryName';
import classes from './RunsPage.module.css';

const LABELS: Record<RunState, string> = {
  queued: 'Queued',
  running: 'Running',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export function RunList() {
  const [page, setPage] = useState(0);
  const [state, setState] = useState<RunState | null>(null);
  const { data, error, isPending, refetch, isFetching } = useRuns(page, state);
  const pages = Math.ceil((data?.total ?? 0) / PAGE_SIZE);
  return (
    <section aria-labelledby="runs">
      <div className={classes.head}>
        <h2 id="runs">Runs</h2>
        <div className={classes.filters}>
          <SegmentedControl
            size="xs"
            aria-label="Show runs that are"
            value={state ?? 'all'}
            onChange={(value) => {
              setState(value === 'all' ? null : (value as RunState));
              setPage(0);
            }}
            data={[{ value: 'all', label: 'All' }, ...RUN_STATES.map((value) => ({ value, label: LABELS[value] }))]}
          />
        </div>
      </div>
      {error !== null && data === undefined ? (
        <div className={classes.empty} role="alert">
          <h3>The runs could not be loaded</h3>
          <p>{error.message}</p>
          <Button variant="default" size="xs" loading={isFetching} onClick={() => void refetch()}>
            Try again
          </Button>
        </div>
      ) : isPending ? (
        <div aria-busy="true" aria-label="Loading runs" role="status">
          {[0, 1, 2].map((i) => (
            <div key={i} className={classes.skeleton} />
          ))}
        </div>
      ) : data === undefined || data.runs.length === 0 ? (
        <Empty state={state} />
      ) : (
        <Rows runs={data.runs} />
      )}
      {pages > 1 && (
        <nav className={classes.pages} aria-label="Pages of runs">
          <Pagination
            size="sm"
            total={pages}
            value={page + 1}
            onChange={(value) => setPage(value - 1)}
            getControlProps={(control) => ({ 'aria-label': `${control[0]?.toUpperCase()}${control.slice(1)} page` })}
          />
        </nav>
      )}
    </section>
  );
}

function Empty({ state }: { state: RunState | null }) {
  return (
    <div className={classes.empty}>
      <h3>{state === null ? 'No runs yet' : `No runs are ${state}`}</h3>
      <p>
        {state === null
          ? 'Give a repository and a prompt. The agents work side by side, each in its own copy, and you keep the answer that you like best.'
          : 'Runs in other states are under All.'}
      </p>
    </div>
  );
}

function Rows({ runs }: { runs: Run[] }) {
  const now = useNow(true);
  return (
    <ul className={classes.list}>
      {runs.map((run) => (
        <li key={run.run_id}>
          <div className={classes.line}>
            <Link href={`/runs/${run.run_id}`} className={classes.repository} title={run.github_url}>
              {visible(repositoryName(run.github_url))}
            </Link>
            <StateBadge state={run.state} />
            <time className={classes.when} dateTime={run.created_at} title={new Date(run.created_at).toLocaleString()}>
              {isActive(run.state) ? (elapsed(run.started_at, null, now) ?? 'waiting') : ago(run.created_at, now)}
            </time>
          </div>
          <p className={classes.prompt}>
            {visible(run.prompt)}
            {run.prompt_truncated && '…'}
          </p>
          <div className={classes.line}>
            <span className={classes.marks}>
              {run.variations.map(({ variation_id: id }) => (
                <VariationMark key={id} variation={id} picked={run.pick?.variation_id === id} />
              ))}
            </span>
            <span className={classes.agents}>{agentsOf(run)}</span>
          </div>
        </li>
      ))}
    </ul>
  );
}

function agentsOf(run: Run): string {
  const names = new Set(run.variations.map(({ agent, model }) => (model ? `${agent} · ${model}` : agent)));
  return [...names].join(', ') + (run.pick ? ' · picked' : '');
}
