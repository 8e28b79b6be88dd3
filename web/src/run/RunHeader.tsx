import { Button, Popover, SegmentedControl, UnstyledButton } from '@mantine/core';
import { useLayoutEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { useCancelRun } from '../api/queries';
import { isActive, type Run } from '../api/types';
import { visible } from '../markdown/visible';
import { repositoryName } from '../runs/repositoryName';
import { BackIcon } from '../shell/icons';
import { StateBadge } from '../shell/StateBadge';
import { elapsed, useNow } from '../shell/time';
import { letterOf, VariationMark } from '../shell/VariationMark';
import type { Backend } from '../stream/runStream';
import classes from './RunHeader.module.css';
import type { RunSession } from './runSession';

interface Props {
  run: Run;
  session: RunSession;
  backend: Backend;
  onBackend: (backend: Backend) => void;
  hidden: ReadonlySet<number>;
  onHidden: (hidden: ReadonlySet<number>) => void;
  /** The one that a narrow screen shows. */
  front: number;
  onFront: (variation: number) => void;
}

export function RunHeader({ run, session, backend, onBackend, hidden, onHidden, front, onFront }: Props) {
  const active = isActive(run.state);
  const now = useNow(active);
  const time = elapsed(run.started_at ?? run.created_at, run.ended_at, now);
  return (
    <header className={classes.header}>
      <div className={classes.top}>
        <Link href="/" className={classes.back} aria-label="All runs">
          <BackIcon size={18} />
        </Link>
        <h1 className={classes.title} title={run.github_url}>
          {visible(repositoryName(run.github_url))}
          {run.base_ref && <span className={classes.ref}>{visible(run.base_ref)}</span>}
          {run.image && (
            <span className={classes.ref} title="The image that the agents work in">
              {visible(run.image)}
            </span>
          )}
        </h1>
        <StateBadge state={run.state} />
        {time !== null && <span className={classes.time}>{time}</span>}
        <span className={classes.spacer} />
        <Connection session={session} active={active} />
        {active && (
          <SegmentedControl
            size="xs"
            aria-label="Streaming backend"
            value={backend}
            onChange={(value) => onBackend(value === 'logs' ? 'logs' : 'redis')}
            data={[
              { value: 'redis', label: 'Redis' },
              { value: 'logs', label: 'Logs' },
            ]}
          />
        )}
        {active && <CancelRun runId={run.run_id} />}
      </div>
      <div className={classes.bottom}>
        <Prompt text={run.prompt} />
        {run.variations.length > 1 && (
          <Chooser run={run} hidden={hidden} onHidden={onHidden} front={front} onFront={onFront} />
        )}
      </div>
    </header>
  );
}

function Prompt({ text }: { text: string }) {
  const paragraph = useRef<HTMLParagraphElement>(null);
  const [open, setOpen] = useState(false);
  const [cut, setCut] = useState(false);
  useLayoutEffect(() => {
    const element = paragraph.current;
    setCut(element !== null && element.scrollHeight > element.clientHeight + 2);
  }, [text]);
  return (
    <div className={classes.promptBox}>
      <p ref={paragraph} className={classes.prompt} data-open={open || undefined} tabIndex={open ? 0 : undefined}>
        {visible(text)}
      </p>
      {(cut || open) && (
        <UnstyledButton className={classes.more} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Show less' : 'Show the whole prompt'}
        </UnstyledButton>
      )}
    </div>
  );
}

/** On a wide screen, which panes stand side by side; on a narrow one, which is in front. */
function Chooser({ run, hidden, onHidden, front, onFront }: Pick<Props, 'run' | 'hidden' | 'onHidden' | 'front' | 'onFront'>) {
  const all = run.variations.map((variation) => variation.variation_id);
  const toggle = (id: number) => {
    const next = new Set(hidden);
    if (!next.delete(id)) {
      next.add(id);
    }
    onHidden(next.size === all.length ? new Set() : next);
  };
  return (
    <>
      <div className={classes.choose} role="group" aria-label="Variations side by side">
        {hidden.size === 0 ? (
          <span className={classes.chooseLabel}>Side by side</span>
        ) : (
          <UnstyledButton className={classes.more} onClick={() => onHidden(new Set())}>
            Show all
          </UnstyledButton>
        )}
        {all.map((id) => (
          <UnstyledButton
            key={id}
            className={classes.chip}
            aria-pressed={!hidden.has(id)}
            aria-label={`Variation ${letterOf(id)}`}
            onClick={() => toggle(id)}
          >
            <VariationMark variation={id} picked={run.pick?.variation_id === id} />
          </UnstyledButton>
        ))}
      </div>
      <div className={classes.tabs} role="group" aria-label="Variation in front">
        {all.map((id) => (
          <UnstyledButton
            key={id}
            className={classes.tab}
            aria-pressed={front === id}
            aria-label={`Show variation ${letterOf(id)}`}
            onClick={() => {
              onHidden(new Set());
              onFront(id);
            }}
          >
            <VariationMark variation={id} picked={run.pick?.variation_id === id} />
          </UnstyledButton>
        ))}
      </div>
    </>
  );
}

function Connection({ session, active }: { session: RunSession; active: boolean }) {
  const { streamState: state, model } = session;
  const now = useNow(state.kind === 'waiting');
  switch (state.kind) {
    case 'open':
      return model.source !== null ? (
        <span className={classes.connection} role="status">
          {visible(model.source.reason)}: reading {SOURCES[model.source.source] ?? model.source.source}
        </span>
      ) : active && model.caughtUp ? (
        <span className={classes.connection}>
          <span className={classes.pulse} /> Live
        </span>
      ) : null;
    case 'waiting':
      return (
        <span className={classes.connection} data-tone="warn" role="status">
          Connection lost, next try in {Math.max(1, Math.ceil((state.retryAt - now) / 1000))}s
          <UnstyledButton className={classes.more} onClick={() => session.retryNow()}>
            Try now
          </UnstyledButton>
        </span>
      );
    case 'stopped':
      return (
        <span className={classes.connection} data-tone="bad" role="alert">
          {state.title}
          {state.detail !== '' && `: ${state.detail}`}
          <UnstyledButton className={classes.more} onClick={() => session.retryNow()}>
            Try again
          </UnstyledButton>
        </span>
      );
    case 'connecting':
      return <span className={classes.connection}>Connecting…</span>;
    case 'complete':
    case 'closed':
      return null;
  }
}

const SOURCES: Record<string, string> = { logs: "the agents' logs", archive: 'the archive' };

function CancelRun({ runId }: { runId: string }) {
  const cancel = useCancelRun(runId);
  const [asking, setAsking] = useState(false);
  return (
    <Popover opened={asking} onChange={setAsking} position="bottom-end" trapFocus returnFocus shadow="md" width={260}>
      <Popover.Target>
        <Button size="xs" variant="default" loading={cancel.isPending} onClick={() => setAsking(!asking)}>
          Cancel run
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <p className={classes.ask}>
          {cancel.error === null ? 'All agents that still work are stopped. What they wrote stays.' : cancel.error.message}
        </p>
        <Button
          size="xs"
          color="red"
          onClick={() => cancel.mutate(undefined, { onSuccess: () => setAsking(false) })}
          loading={cancel.isPending}
        >
          Stop all agents
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
