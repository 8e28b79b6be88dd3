import { ActionIcon, Menu, SegmentedControl } from '@mantine/core';
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
import type { Usage } from './runModel';
import type { RunSession } from './runSession';
import { viewOf } from './variationView';

interface Props {
  run: Run;
  variation: Variation;
  session: RunSession;
  onCancel: () => void;
}

export function PaneView({ run, variation, session, onCancel }: Props) {
  const id = variation.variation_id;
  const letter = letterOf(id);
  const pane = session.model.panes.get(id);
  const revision = useSyncExternalStore(session.watch, () => session.model.panes.get(id)?.revision ?? 0);
  const [view, setView] = useState<View>('text');
  const [chosenEpoch, setChosenEpoch] = useState<number | null>(null);
  const told = viewOf(variation, pane);
  const [live] = useState(!told.ended);
  const now = useNow(!told.ended);

  const attempts = pane?.attempts ?? [];
  const attempt = attempts.find(({ epoch }) => epoch === chosenEpoch) ?? pane?.latest ?? null;
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
        {picked && (
          <span className={classes.ribbon}>
            <StarIcon size={12} /> Your pick
          </span>
        )}
        <StateBadge state={told.state} outcome={told.outcome} />
        {time !== null && <span className={classes.time}>{time}</span>}
        <PaneMenu
          letter={letter}
          output={outputUrl(run.run_id, id)}
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
        {attempts.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label={`Attempt of variation ${letter}`}
            value={String(attempt?.epoch)}
            onChange={(value) => setChosenEpoch(Number(value) === pane?.latest?.epoch ? null : Number(value))}
            data={attempts.map(({ epoch }) => ({ value: String(epoch), label: `Attempt ${epoch}` }))}
          />
        )}
      </div>
      <PaneBody
        // Another view or attempt is another place to read: its scroll starts anew.
        key={`${view} ${attempt?.epoch}`}
        attempt={attempt}
        revision={revision}
        view={view}
        live={live}
        label={`Output of variation ${letter}`}
        placeholder={placeholderOf(told.state, session)}
      />
      {(told.ended || attempt?.usage) && (
        <footer className={classes.foot}>
          <p className={classes.sentence}>
            {told.sentence !== null && visible(told.sentence)}
            <UsageWords usage={usageOf(variation) ?? attempt?.usage ?? null} />
          </p>
          {told.ended && <PickControl run={run} variation={variation} />}
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

function placeholderOf(state: string, { model, streamState }: RunSession): string {
  switch (state) {
    case 'queued':
      return 'Waits for a free place.';
    case 'starting':
      return 'Starting…';
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
