import { ActionIcon, Button, Menu, SegmentedControl, VisuallyHidden } from '@mantine/core';
import { useState, useSyncExternalStore, type ReactNode } from 'react';
import { outputUrl } from '../api/client';
import type { Run, Variation } from '../api/types';
import { visible } from '../markdown/visible';
import { DotsIcon, StarIcon } from '../shell/icons';
import { StateBadge } from '../shell/StateBadge';
import { elapsed, useNow } from '../shell/time';
import { hueOf, letterOf, VariationMark } from '../shell/VariationMark';
import { PaneBody, type View } from './PaneBody';
import classes from './PaneView.module.css';
import { PickControl } from './PickControl';
import type { Pane, Usage } from './runModel';
import type { RunSession } from './runSession';
import { viewOf, type VariationView } from './variationView';

interface Props {
  run: Run;
  variation: Variation;
  session: RunSession;
  onCancel: () => void;
  onRetry: () => void;
  retrying: boolean;
}

export function PaneView({ run, variation, session, onCancel, onRetry, retrying }: Props) {
  const id = variation.variation_id;
  const letter = letterOf(id);
  const pane = session.model.panes.get(id);
  const revision = useSyncExternalStore(session.watch, () => session.model.panes.get(id)?.revision ?? 0);
  const [view, setView] = useState<View>('text');
  const [chosenEpoch, setChosenEpoch] = useState<number | null>(null);
  const told = viewOf(variation, pane);
  // The attempt that was seen at work: what grows is shown from its end.
  const [live, setLive] = useState(told.ended ? null : told.attempt);
  if (!told.ended && live !== told.attempt) {
    setLive(told.attempt);
  }
  const now = useNow(!told.ended);

  const epochs = epochsOf(pane, told.attempt);
  const latest = Math.max(...epochs);
  const shown = chosenEpoch !== null && epochs.includes(chosenEpoch) ? chosenEpoch : latest;
  const attempt = pane?.attempts.find(({ epoch }) => epoch === shown) ?? null;
  const isLatest = shown === latest;
  const time = elapsed(variation.started_at, variation.ended_at, now);
  const picked = run.pick?.variation_id === id;
  const errors = attempt?.logs.filter((line) => line.level === 'error').length ?? 0;

  return (
    <section className={classes.pane} data-hue={hueOf(id)} data-picked={picked || undefined} aria-label={`Variation ${letter}`}>
      <header className={classes.head}>
        <VariationMark variation={id} picked={picked} />
        <h2 className={classes.agent} title={variation.model ?? undefined}>
          {visible(variation.agent)}
          {variation.model && <span className={classes.model}> {visible(variation.model)}</span>}
        </h2>
        <div className={classes.facts}>
          {picked && (
            <span className={classes.ribbon}>
              <StarIcon size={12} /> Your pick{run.pick?.attempt !== latest && `: attempt ${run.pick?.attempt}`}
            </span>
          )}
          <StateBadge state={told.state} outcome={told.outcome} />
          {time !== null && <span className={classes.time}>{time}</span>}
        </div>
        <PaneMenu
          letter={letter}
          output={outputUrl(run.run_id, id, epochs.length > 1 ? shown : null)}
          text={() => attempt?.text() ?? ''}
          onCancel={told.ended || told.state === 'cancelling' ? null : onCancel}
        />
      </header>
      <div className={classes.tools}>
        <SegmentedControl
          size="xs"
          aria-label={`Show variation ${letter} as`}
          value={view}
          onChange={(value) => setView(value as View)}
          data={[
            { value: 'text', label: 'Markdown' },
            { value: 'raw', label: 'Raw' },
            { value: 'log', label: logLabel(attempt?.logs.length ?? 0, errors) },
          ]}
        />
        {epochs.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label={`Attempt of variation ${letter}`}
            value={String(shown)}
            onChange={(value) => setChosenEpoch(Number(value) === latest ? null : Number(value))}
            data={epochs.map((epoch) => ({ value: String(epoch), label: `Attempt ${epoch}` }))}
          />
        )}
      </div>
      <PaneBody
        // Another view or attempt is another place to read: its scroll starts anew.
        key={`${view} ${shown}`}
        attempt={attempt}
        revision={revision}
        view={view}
        live={live === shown}
        label={`Output of variation ${letter}`}
        placeholder={isLatest ? <Placeholder told={told} session={session} /> : 'It wrote nothing.'}
      />
      {(told.ended || attempt?.usage) && (
        <footer className={classes.foot}>
          <p className={classes.sentence}>
            {isLatest ? (
              told.ended && <Why sentence={told.sentence} reason={told.outcome === 'completed' ? null : told.reason} />
            ) : (
              <Why sentence={attempt?.ending?.detail ?? null} reason={null} />
            )}
            <UsageWords usage={(isLatest ? usageOf(variation) : null) ?? attempt?.usage ?? null} />
          </p>
          {told.ended && (
            <div className={classes.actions}>
              <Button size="xs" variant="default" loading={retrying} onClick={() => {
                setChosenEpoch(null);
                onRetry();
              }}>
                Retry
                <VisuallyHidden>, variation {letter}</VisuallyHidden>
              </Button>
              <PickControl run={run} variation={variation} />
            </div>
          )}
        </footer>
      )}
    </section>
  );
}

function logLabel(lines: number, errors: number): ReactNode {
  return (
    <>
      Log{lines > 0 && ` ${lines.toLocaleString()}`}
      {errors > 0 && <span className={classes.errors}> · {errors === 1 ? '1 error' : `${errors} errors`}</span>}
    </>
  );
}

/** All that there is to choose from, oldest first: also one that has not written anything yet. */
function epochsOf(pane: Pane | undefined, told: number): number[] {
  const heard = pane?.attempts.map(({ epoch }) => epoch) ?? [];
  return heard.length === 0 || told > Math.max(...heard) ? [...heard, told] : heard;
}

/** The service's sentence, and beside it the code that stays the same in every version and language. */
function Why({ sentence, reason }: { sentence: string | null; reason: string | null }) {
  return (
    <>
      {sentence !== null && visible(sentence)}
      {reason !== null && (
        <>
          {' '}
          <code className={classes.reason}>{visible(reason)}</code>
        </>
      )}
    </>
  );
}

function Placeholder({ told, session }: { told: VariationView; session: RunSession }) {
  const { model, streamState } = session;
  const waiting = told.sentence !== null && (
    <p className={classes.waiting} role="status">
      <Why sentence={told.sentence} reason={told.reason} />
    </p>
  );
  switch (told.state) {
    case 'queued':
      return waiting || 'Waits for a free place.';
    case 'starting':
      return waiting || 'Starting…';
    case 'ended':
      return model.complete || model.caughtUp || streamState.kind === 'complete' ? 'It wrote nothing.' : 'Its output is on the way…';
    default:
      return 'Nothing written yet.';
  }
}

function PaneMenu({ letter, output, text, onCancel }: {
  letter: string;
  output: string;
  text: () => string;
  onCancel: (() => void) | null;
}) {
  return (
    <Menu position="bottom-end" width={210} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`More for variation ${letter}`}>
          <DotsIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {'clipboard' in navigator && (
          <Menu.Item onClick={() => void navigator.clipboard.writeText(text())}>Copy the output</Menu.Item>
        )}
        <Menu.Item component="a" href={output} target="_blank" rel="noopener">
          Open as plain text
        </Menu.Item>
        {onCancel !== null && (
          <>
            <Menu.Divider />
            <Menu.Item color="red" onClick={onCancel}>
              Cancel this variation
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function usageOf(variation: Variation): Usage | null {
  const usage = variation.usage;
  return usage && usage.input_tokens + usage.output_tokens > 0
    ? {
        inputTokens: usage.input_tokens,
        outputTokens: usage.output_tokens,
        costUsd: usage.cost_usd,
        estimated: usage.cost_source === 'estimated',
      }
    : null;
}

function UsageWords({ usage }: { usage: Usage | null }) {
  if (usage === null) {
    return null;
  }
  const cost = usage.costUsd === null ? '' : `, ${usage.estimated ? 'about ' : ''}$${usage.costUsd.toFixed(usage.costUsd < 1 ? 4 : 2)}`;
  return (
    <span className={classes.usage}>
      {usage.inputTokens.toLocaleString()} tokens in, {usage.outputTokens.toLocaleString()} out{cost}
    </span>
  );
}
