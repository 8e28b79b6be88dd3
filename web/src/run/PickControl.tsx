import { Button, Popover, Textarea, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { usePick } from '../api/queries';
import type { Run, Variation } from '../api/types';
import { visible } from '../markdown/visible';
import { letterOf } from '../shell/VariationMark';
import classes from './PickControl.module.css';

const MOST_REASON = 2_000;

/** One click picks; why may be added afterwards, or never. */
export function PickControl({ run, variation }: { run: Run; variation: Variation }) {
  const id = variation.variation_id;
  const pick = usePick(run.run_id);
  const picked = run.pick?.variation_id === id ? run.pick : null;
  const result = variation.has_result ? (variation.result_attempt ?? variation.attempt) : null;
  if (picked === null && result === null) {
    return null;
  }
  // A pick names its attempt: what a later one came to is another result.
  const later = picked !== null && result !== null && result > picked.attempt;
  const chosen = later ? null : picked;
  return (
    <div className={classes.pick}>
      {chosen === null ? (
        <Button
          size="xs"
          variant={run.pick ? 'default' : 'filled'}
          loading={pick.isPending}
          onClick={() => pick.mutate({ variation: id, reason: '' })}
        >
          {later ? `Pick attempt ${result} instead` : run.pick ? 'Pick this instead' : 'Pick this'}
          <VisuallyHidden>, variation {letterOf(id)}</VisuallyHidden>
        </Button>
      ) : (
        <Reason
          reason={chosen.reason ?? ''}
          saving={pick.isPending}
          save={(reason) => pick.mutateAsync({ variation: id, reason })}
        />
      )}
      {pick.error !== null && (
        <p className={classes.error} role="alert">
          {pick.error.message}
        </p>
      )}
    </div>
  );
}

function Reason({ reason, saving, save }: { reason: string; saving: boolean; save: (reason: string) => Promise<unknown> }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState(reason);
  return (
    <>
      {reason !== '' && (
        <q className={classes.reason} title={visible(reason)}>
          {visible(reason)}
        </q>
      )}
      <Popover opened={open} onChange={setOpen} position="top-end" trapFocus returnFocus shadow="md" width={300}>
        <Popover.Target>
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              setText(reason);
              setOpen(!open);
            }}
          >
            {reason === '' ? 'Add a reason' : 'Edit the reason'}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <form
            className={classes.form}
            onSubmit={(event) => {
              event.preventDefault();
              void save(text).then(
                () => setOpen(false),
                () => undefined,
              );
            }}
          >
            <Textarea
              label="Why this one?"
              autosize
              minRows={2}
              maxRows={8}
              maxLength={MOST_REASON}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              data-autofocus
            />
            <Button type="submit" size="xs" loading={saving}>
              Keep the reason
            </Button>
          </form>
        </Popover.Dropdown>
      </Popover>
    </>
  );
}
