import { Button } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { visible } from '../markdown/visible';
import { DownIcon } from '../shell/icons';
import { useFollowTail } from './followTail';
import classes from './PaneBody.module.css';
import { GapMark, ItemView } from './PaneItems';
import type { Attempt, LogLine } from './runModel';

export type View = 'text' | 'raw' | 'log';

interface Props {
  attempt: Attempt | null;
  revision: number;
  view: View;
  /** Shown from its end, as it grows; from its start otherwise. */
  live: boolean;
  /** Said where nothing was written yet. */
  placeholder: ReactNode;
  label: string;
}

export function PaneBody({ attempt, revision, view, live, placeholder, label }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const { following, jump } = useFollowTail(box, revision, live);
  const nothing = attempt === null || (view === 'log' ? attempt.logs.length === 0 : attempt.items.length === 0);
  return (
    <div className={classes.frame}>
      <div className={classes.box} ref={box} tabIndex={0} role="group" aria-label={label}>
        <div className={classes.content}>
          {attempt === null || nothing ? (
            <div className={classes.placeholder}>{view === 'log' ? 'No log lines yet.' : placeholder}</div>
          ) : view === 'log' ? (
            <Log lines={attempt.logs} dropped={attempt.droppedLogs} />
          ) : (
            <Items attempt={attempt} following={following} raw={view === 'raw'} />
          )}
        </div>
      </div>
      {!following && live && !nothing && (
        <Button
          className={classes.jump}
          size="compact-sm"
          radius="xl"
          leftSection={<DownIcon size={13} />}
          onClick={() => {
            jump();
            box.current?.focus({ preventScroll: true });
          }}
        >
          Jump to latest
        </Button>
      )}
    </div>
  );
}

/** A browser lays out so many at once without a stutter; the rest is a click away. */
const FEW = 500;
const MOST = 1_500;

function Items({ attempt, following, raw }: { attempt: Attempt; following: boolean; raw: boolean }) {
  const { items } = attempt;
  const [start, setStart] = useState(0);
  const [most, setMost] = useState(MOST);
  // The window moves only with a reader who is at the end: under anybody else the page would jump.
  if (following && items.length - start > most) {
    setStart(items.length - FEW);
    setMost(MOST);
  }
  const end = following ? items.length : Math.min(items.length, start + most);
  const shown = items.slice(start, end);
  return (
    <>
      {start > 0 && (
        <Button variant="default" size="compact-sm" mb="sm" onClick={() => {
          setMost(most + Math.min(FEW, start));
          setStart(Math.max(0, start - FEW));
        }}>
          Show earlier output
        </Button>
      )}
      {raw ? (
        <pre className={classes.raw} aria-label="Raw output">
          {shown.map((item, i) =>
            item.kind === 'text' ? (
              <span key={start + i}>{visible(item.text)}</span>
            ) : item.kind === 'gap' ? (
              <GapMark key={start + i} from={item.from} to={item.to} />
            ) : null,
          )}
        </pre>
      ) : (
        <div className={classes.prose} data-long={shown.length > 200 || undefined}>
          {shown.map((item, i) => (
            <div key={start + i} className={classes.item}>
              <ItemView item={item} />
            </div>
          ))}
        </div>
      )}
      {end < items.length && (
        <Button variant="default" size="compact-sm" onClick={() => setMost(most + FEW)}>
          Show more output
        </Button>
      )}
    </>
  );
}

const MOST_LOG_LINES = 1_000;

function Log({ lines, dropped }: { lines: LogLine[]; dropped: number }) {
  const from = Math.max(0, lines.length - MOST_LOG_LINES);
  const left = from + dropped;
  return (
    <div className={classes.log}>
      {left > 0 && <p className={classes.placeholder}>{left.toLocaleString()} earlier lines are not shown.</p>}
      {lines.slice(from).map((line, i) => (
        <div key={dropped + from + i} data-level={line.level}>
          <time>{line.timestamp === null ? '' : new Date(line.timestamp).toLocaleTimeString(undefined, { hour12: false })}</time>
          <span>{visible(line.content)}</span>
        </div>
      ))}
    </div>
  );
}
