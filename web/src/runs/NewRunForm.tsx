import { Button, NumberInput, SegmentedControl, Switch, Textarea, TextInput, UnstyledButton } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { useLocation } from 'wouter';
import { api, Problem } from '../api/client';
import { useAgents, useModels } from '../api/queries';
import type { Agent, Model } from '../api/types';
import { ChevronIcon } from '../shell/icons';
import { letterOf, VariationMark } from '../shell/VariationMark';
import { ChoiceSelect, type Choice } from './AgentSelect';
import {
  forgetPrompt,
  requestOf,
  slotsOf,
  submissionKey,
  submissionSucceeded,
  useDraft,
  USUAL_MOST_VARIATIONS,
  type Draft,
  type Slot,
} from './draft';
import classes from './NewRunForm.module.css';
import { fieldOf, type Field } from './problemField';

const MOST_PROMPT_BYTES = 100_000;
/** So many fit side by side on a phone. */
const MOST_BUTTONS = 8;

type Errors = Partial<Record<Field | 'form', string>>;

export function NewRunForm() {
  const { draft: kept, change } = useDraft();
  const [errors, setErrors] = useState<Errors>({});
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const { agents = [], max_variations: most = USUAL_MOST_VARIATIONS, allowed_images: images = [] } = useAgents().data ?? {};
  // Kept from a time, or a service, when there might have been more.
  const draft = { ...kept, variations: Math.min(kept.variations, most), image: images.length > 0 ? kept.image : '' };
  const models = useModels().data?.models ?? [];
  const defaultAgent = agents.find((agent) => agent.default)?.name ?? 'survey';

  const start = useMutation({
    mutationFn: () => {
      const request = requestOf(draft, defaultAgent);
      return api.start(request, submissionKey(request));
    },
    onSuccess: (run) => {
      submissionSucceeded();
      forgetPrompt();
      void client.invalidateQueries({ queryKey: ['runs'] });
      navigate(`/runs/${run.run_id}${draft.backend === 'logs' ? '?stream=logs' : ''}`);
    },
    onError: (error) => show(errorsOf(error)),
  });

  function show(found: Errors) {
    setErrors(found);
    const inPanel = (['temperature', 'maxTokens', 'baseRef', 'image'] as const).some((field) => found[field]);
    if ((inPanel || ((found.agent || found.model) && !draft.mix)) && !draft.advanced) {
      change({ advanced: true });
    }
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  }

  function submit(event?: FormEvent) {
    event?.preventDefault();
    if (start.isPending || start.isSuccess) {
      return;
    }
    const missing = missingIn(draft);
    if (Object.keys(missing).length > 0) {
      show(missing);
      return;
    }
    setErrors({});
    start.mutate();
  }

  function edit(changes: Partial<Draft>, ...fields: Field[]) {
    change(changes);
    if (fields.some((field) => errors[field]) || errors.form) {
      setErrors((before) => ({
        ...before,
        form: undefined,
        ...Object.fromEntries(fields.map((field) => [field, undefined])),
      }));
    }
  }

  function submitOnShortcut(event: KeyboardEvent) {
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
      submit();
    }
  }

  return (
    <form ref={form} className={classes.form} onSubmit={submit} noValidate aria-labelledby="new-run">
      <h1 id="new-run" className={classes.title}>
        One task, several agents, your pick
      </h1>
      <TextInput
        label="Repository"
        placeholder="https://github.com/owner/name"
        type="url"
        inputMode="url"
        autoComplete="url"
        spellCheck={false}
        size="md"
        value={draft.repository}
        error={errors.repository}
        onChange={(event) => edit({ repository: event.currentTarget.value }, 'repository')}
      />
      <Textarea
        label="Prompt"
        placeholder="What should the agents find out or do?"
        size="md"
        autosize
        minRows={4}
        maxRows={16}
        value={draft.prompt}
        error={errors.prompt}
        onChange={(event) => edit({ prompt: event.currentTarget.value }, 'prompt')}
        onKeyDown={submitOnShortcut}
      />
      <div className={classes.row}>
        <div role="group" aria-labelledby="variations-label">
          <div id="variations-label" className={classes.label}>
            Variations
          </div>
          {most <= MOST_BUTTONS ? (
            <SegmentedControl
              name="variations"
              aria-label="Variations"
              value={String(draft.variations)}
              onChange={(value) => edit({ variations: Number(value) }, 'variations')}
              data={Array.from({ length: most }, (_, i) => String(i + 1))}
            />
          ) : (
            <NumberInput
              aria-label="Variations"
              w="7rem"
              min={1}
              max={most}
              allowDecimal={false}
              allowNegative={false}
              // Its own while it is typed: an empty field is no number yet.
              defaultValue={draft.variations}
              onChange={(value) =>
                value !== '' && edit({ variations: Math.min(most, Math.max(1, Number(value))) }, 'variations')
              }
            />
          )}
        </div>
        <Switch
          className={classes.mix}
          label="Mix agents"
          checked={draft.mix}
          onChange={(event) => edit({ mix: event.currentTarget.checked }, 'agent', 'model')}
        />
      </div>
      {errors.variations && (
        <p className={classes.error} role="alert">
          {errors.variations}
        </p>
      )}
      {draft.mix && <Slots draft={draft} agents={agents} models={models} edit={edit} error={errors.agent ?? errors.model} />}
      <UnstyledButton
        className={classes.disclosure}
        aria-expanded={draft.advanced}
        aria-controls="advanced"
        onClick={() => change({ advanced: !draft.advanced })}
      >
        <span className={classes.chevron} data-open={draft.advanced || undefined}>
          <ChevronIcon />
        </span>
        Advanced Settings
      </UnstyledButton>
      {draft.advanced && (
        <Advanced
          draft={draft}
          agents={agents}
          models={models}
          images={images}
          edit={edit}
          errors={errors}
          defaultAgent={defaultAgent}
        />
      )}
      {errors.form && (
        <p className={classes.problem} role="alert">
          {errors.form}
        </p>
      )}
      <div className={classes.submit}>
        <Button type="submit" size="md" loading={start.isPending || start.isSuccess}>
          {draft.variations === 1 ? 'Start 1 agent' : `Start ${draft.variations} agents`}
        </Button>
        <span className={classes.hint}>
          <kbd>Ctrl</kbd> <kbd>Enter</kbd>
        </span>
      </div>
    </form>
  );
}

interface PartProps {
  draft: Draft;
  agents: Agent[];
  models: Model[];
  edit: (changes: Partial<Draft>, ...fields: Field[]) => void;
}

function Slots({ draft, agents, models, edit, error }: PartProps & { error?: string }) {
  const set = (index: number, slot: Slot) =>
    edit({ slots: slotsOf(draft).map((before, i) => (i === index ? slot : before)) }, 'agent', 'model');
  return (
    <div className={classes.slots} role="group" aria-label="The agent of each variation">
      {slotsOf(draft).map((slot, i) => {
        const takesModel = agents.find((agent) => agent.name === slot.agent)?.needs_model ?? false;
        return (
          <div className={classes.slot} key={i}>
            <VariationMark variation={i} />
            <ChoiceSelect
              aria-label={`Agent of variation ${letterOf(i)}`}
              placeholder="Default agent"
              choices={agentChoices(agents)}
              value={slot.agent}
              onChange={(agent) => set(i, { agent, model: null })}
            />
            {takesModel && (
              <ChoiceSelect
                aria-label={`Model of variation ${letterOf(i)}`}
                placeholder="Model"
                choices={modelChoices(models, slot.agent)}
                value={slot.model}
                onChange={(model) => set(i, { ...slot, model })}
              />
            )}
          </div>
        );
      })}
      {error && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

interface AdvancedProps extends PartProps {
  /** Patterns of those that the operator allows. */
  images: string[];
  errors: Errors;
  defaultAgent: string;
}

function Advanced({ draft, agents, models, images, edit, errors, defaultAgent }: AdvancedProps) {
  return (
    <div id="advanced" className={classes.advanced}>
      <div className={classes.wide} role="group" aria-labelledby="backend-label">
        <div id="backend-label" className={classes.label}>
          Streaming backend
        </div>
        <SegmentedControl
          aria-label="Streaming backend"
          value={draft.backend}
          onChange={(backend) => edit({ backend: backend === 'logs' ? 'logs' : 'redis' })}
          data={[
            { value: 'redis', label: 'Redis' },
            { value: 'logs', label: 'Logs' },
          ]}
        />
        <p className={classes.note}>
          {draft.backend === 'redis' ? 'Live, as agents publish.' : "From the agents' own logs, without Redis."}
        </p>
      </div>
      {!draft.mix && (
        <ChoiceSelect
          label="Agent"
          placeholder={`Default (${defaultAgent})`}
          choices={agentChoices(agents)}
          value={draft.agent}
          error={errors.agent}
          onChange={(agent) => edit({ agent }, 'agent')}
        />
      )}
      {!draft.mix && (
        <ChoiceSelect
          label="Model"
          placeholder={models.length === 0 ? 'None configured' : 'None'}
          choices={modelChoices(models, draft.agent)}
          value={draft.model}
          error={errors.model}
          onChange={(model) => edit({ model }, 'model')}
        />
      )}
      <NumberInput
        label="Temperature"
        placeholder="Model's own"
        min={0}
        max={2}
        step={0.1}
        decimalScale={2}
        value={draft.temperature}
        error={errors.temperature}
        onChange={(value) => edit({ temperature: value === '' ? '' : Number(value) }, 'temperature')}
      />
      <NumberInput
        label="Max tokens"
        placeholder="Model's own"
        min={1}
        step={256}
        allowDecimal={false}
        value={draft.maxTokens}
        error={errors.maxTokens}
        onChange={(value) => edit({ maxTokens: value === '' ? '' : Number(value) }, 'maxTokens')}
      />
      <TextInput
        className={classes.wide}
        label="Base ref"
        placeholder="Default branch"
        spellCheck={false}
        value={draft.baseRef}
        error={errors.baseRef}
        onChange={(event) => edit({ baseRef: event.currentTarget.value }, 'baseRef')}
      />
      {images.length > 0 && (
        <TextInput
          className={classes.wide}
          label="Image"
          description={`What the agents work in, with your toolchain. Allowed: ${images.join(', ')}`}
          placeholder="AIdeator's own"
          spellCheck={false}
          autoCapitalize="none"
          value={draft.image}
          error={errors.image}
          onChange={(event) => edit({ image: event.currentTarget.value }, 'image')}
        />
      )}
    </div>
  );
}

/** Those that can be had come first. */
function agentChoices(agents: Agent[]): Choice[] {
  return agents
    .map((agent) => ({
      name: agent.name,
      label: agent.title,
      available: agent.available,
      note: agent.available ? agent.description : agent.reason,
    }))
    .sort((a, b) => Number(b.available) - Number(a.available));
}

function modelChoices(models: Model[], agent: string | null): Choice[] {
  return models
    .filter((model) => agent === null || model.agent === agent)
    .map((model) => ({ name: model.name, label: model.name, available: model.available, note: model.reason }));
}

/** What the page can tell without asking; everything else the service knows better. */
function missingIn(draft: Draft): Errors {
  const errors: Errors = {};
  if (draft.repository.trim() === '') {
    errors.repository = 'Give the address of a git repository.';
  }
  if (draft.prompt.trim() === '') {
    errors.prompt = 'Say what the agents should do.';
  }
  const bytes = new TextEncoder().encode(draft.prompt).length;
  if (bytes > MOST_PROMPT_BYTES) {
    errors.prompt = `This prompt has ${bytes.toLocaleString()} bytes; at most ${MOST_PROMPT_BYTES.toLocaleString()} fit.`;
  }
  return errors;
}

function errorsOf(error: Error): Errors {
  if (!(error instanceof Problem)) {
    return { form: error.message };
  }
  const field = fieldOf(error);
  const sentence = error.detail === '' ? error.title : error.detail;
  return field === null ? { form: error.detail === '' ? error.title : `${error.title}. ${error.detail}` } : { [field]: sentence };
}
