import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Link, useSearchParams } from 'wouter';
import { isRefusal } from '../api/client';
import { useCancelVariation, useRetry, useRun } from '../api/queries';
import { isActive, type Run } from '../api/types';
import { repositoryName } from '../runs/repositoryName';
import { DEFAULT_BACKEND } from '../runs/draft';
import { Message } from '../shell/Message';
import { letterOf } from '../shell/VariationMark';
import { outcomeWords } from '../shell/StateBadge';
import type { Backend } from '../stream/runStream';
import { PaneView } from './PaneView';
import classes from './RunPage.module.css';
import { RunHeader } from './RunHeader';
import type { RunSession } from './runSession';
import { useSession } from './useSession';

export function RunPage({ runId }: { runId: string }) {
  const { data: run, error, refetch } = useRun(runId);
  if (run === undefined && error !== null) {
    // An id that cannot be one (400) is as unknown as one that nobody has (404).
    const unknown = isRefusal(error) && (error.status === 404 || error.status === 400);
    return (
      <Message
        title={unknown ? 'There is no such run' : 'The run could not be loaded'}
        detail={error.message}
      >
        {unknown ? (
          <Button component={Link} href="/">
            All runs
          </Button>
        ) : (
          <Button onClick={() => void refetch()}>Try again</Button>
        )}
      </Message>
    );
  }
  return run === undefined ? (
    <div className={classes.loading} role="status" aria-label="Loading the run" />
  ) : (
    <WatchedRun run={run} />
  );
}

function WatchedRun({ run }: { run: Run }) {
  const { backend, setBackend } = useBackend();
  const session = useSession(run.run_id, backend);
  // Panes watch themselves; this is for what concerns the whole run.
  useSyncExternalStore(session.watch, () => `${session.model.revision} ${session.streamState.kind}`);
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const [front, setFront] = useState(0);
  const cancel = useCancelVariation(run.run_id);
  const retry = useRetry(run.run_id);
  useReopening(session, run);
  const news = useNews(session, run.run_id);
  const shown = run.variations.filter(({ variation_id: id }) => !hidden.has(id));

  useEffect(() => {
    const done = run.variations.filter(({ state }) => state === 'ended').length;
    const progress = isActive(run.state) ? `${done}/${run.variations.length} · ` : '';
    document.title = `${progress}${repositoryName(run.github_url)} · AIdeator`;
  }, [run]);

  return (
    <div className={classes.page}>
      <RunHeader
        run={run}
        session={session}
        backend={backend}
        onBackend={setBackend}
        hidden={hidden}
        onHidden={setHidden}
        front={front}
        onFront={setFront}
      />
      {[cancel.error, retry.error].map(
        (error, i) =>
          error !== null && (
            <p key={i} className={classes.problem} role="alert">
              {error.message}
            </p>
          ),
      )}
      <div className={classes.grid} data-count={shown.length}>
        {shown.map((variation) => (
          <div key={variation.variation_id} className={classes.cell} data-front={variation.variation_id === front || undefined}>
            <PaneView
              run={run}
              variation={variation}
              session={session}
              onCancel={() => cancel.mutate(variation.variation_id)}
              onRetry={() => retry.mutate(variation.variation_id, { onSuccess: () => session.reopen() })}
              retrying={retry.isPending && retry.variables === variation.variation_id}
            />
          </div>
        ))}
      </div>
      <div className={classes.spoken} aria-live="polite">
        {news}
      </div>
    </div>
  );
}

/** In the address, so that a reload and a shared link keep it. */
function useBackend() {
  const [params, setParams] = useSearchParams();
  const named = params.get('stream');
  const backend: Backend = named === 'logs' || named === 'redis' ? named : DEFAULT_BACKEND;
  return {
    backend,
    setBackend: (chosen: Backend) => setParams({ stream: chosen }, { replace: true }),
  };
}

/** A run that ended is soon known to have; one that still goes on when its stream is complete was taken up again. */
const REOPEN_MS = 3_000;

/** Somebody else may have a variation tried again. */
function useReopening(session: RunSession, run: Run): void {
  const waits = isActive(run.state) && session.streamState.kind === 'complete';
  useEffect(() => {
    if (!waits) {
      return undefined;
    }
    // Again and again: a tab that nobody sees takes no connection.
    const timer = window.setInterval(() => session.reopen(), REOPEN_MS);
    return () => window.clearInterval(timer);
  }, [waits, session]);
}

/** Keeps the run in step with its stream; answers the last sentence worth saying aloud. */
function useNews(session: RunSession, runId: string): string {
  const client = useQueryClient();
  const [sentence, setSentence] = useState('');
  useEffect(() => {
    let timer: number | null = null;
    const stop = session.onNews((event) => {
      // A replay tells many changes at once: the service is asked once for all of them.
      timer ??= window.setTimeout(() => {
        timer = null;
        void client.invalidateQueries({ queryKey: ['run', runId] });
      }, 150);
      if (!session.model.caughtUp) {
        return;
      }
      if (event.type === 'status' && event.variation !== null && event.outcome !== null) {
        setSentence(`Variation ${letterOf(event.variation)}: ${outcomeWords(event.outcome)}`);
      } else if (event.type === 'run_complete') {
        setSentence(`The run is ${event.state}`);
      }
    });
    return () => {
      stop();
      if (timer !== null) {
        window.clearTimeout(timer);
      }
    };
  }, [session, client, runId]);
  return sentence;
}
