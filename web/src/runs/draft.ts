import { useEffect, useState } from 'react';
import type { NewRun } from '../api/types';
import type { Backend } from '../stream/runStream';

/** What the user has filled in so far. Numbers may be missing while they are typed. */
export interface Draft {
  repository: string;
  prompt: string;
  variations: number;
  /** Each variation has an agent of its own. */
  mix: boolean;
  slots: Slot[];
  agent: string | null;
  model: string | null;
  temperature: number | '';
  maxTokens: number | '';
  baseRef: string;
  image: string;
  backend: Backend;
  advanced: boolean;
}

export interface Slot {
  agent: string | null;
  model: string | null;
}

/** Where the service does not say how many there may be. */
export const USUAL_MOST_VARIATIONS = 5;

export const DEFAULT_BACKEND: Backend = import.meta.env.VITE_STREAMING_BACKEND === 'logs' ? 'logs' : 'redis';

const EMPTY: Draft = {
  repository: '',
  prompt: '',
  variations: 3,
  mix: false,
  slots: [],
  agent: null,
  model: null,
  temperature: '',
  maxTokens: '',
  baseRef: '',
  image: '',
  backend: DEFAULT_BACKEND,
  advanced: false,
};

const KEY = 'aideator.draft';

/** A draft outlives reloads and errors in this tab, and ends when its run has started. */
export function useDraft() {
  const [draft, setDraft] = useState<Draft>(load);
  useEffect(() => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(draft));
    } catch {
      // Storage is full or blocked: the draft lives as long as the page.
    }
  }, [draft]);
  return {
    draft,
    change: (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes })),
  };
}

/** The next run is often another prompt for the same repository. */
export function forgetPrompt(): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...load(), prompt: '' }));
  } catch {
    // As above.
  }
}

function load(): Draft {
  try {
    const stored = JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Partial<Draft>;
    return { ...EMPTY, ...stored };
  } catch {
    return EMPTY;
  }
}

/** A slot for each variation, also for those that nobody filled in. */
export function slotsOf(draft: Draft): Slot[] {
  return Array.from({ length: draft.variations }, (_, i) => draft.slots[i] ?? { agent: null, model: null });
}

/** The request that a draft stands for. `defaultAgent` is the server's. */
export function requestOf(draft: Draft, defaultAgent: string): NewRun {
  const parameters = {
    ...(draft.temperature === '' ? {} : { temperature: draft.temperature }),
    ...(draft.maxTokens === '' ? {} : { max_tokens: draft.maxTokens }),
  };
  const request: NewRun = {
    github_url: draft.repository.trim(),
    prompt: draft.prompt,
    variations: draft.variations,
    use_claude_code: false,
  };
  if (draft.baseRef.trim() !== '') {
    request.base_ref = draft.baseRef.trim();
  }
  if (draft.image.trim() !== '') {
    request.image = draft.image.trim();
  }
  const named = (slot: Slot) => ({
    agent: slot.agent ?? draft.agent ?? (slot.model === null ? defaultAgent : 'llm'),
    ...(slot.model === null ? {} : { model: slot.model }),
    parameters,
  });
  if (draft.mix) {
    request.agents = slotsOf(draft).map(named);
  } else if (draft.agent !== null) {
    request.agents = Array.from({ length: draft.variations }, () => named({ agent: draft.agent, model: draft.model }));
  } else if (draft.model !== null || Object.keys(parameters).length > 0) {
    request.agent_config = { ...(draft.model === null ? {} : { model: draft.model }), ...parameters };
  }
  return request;
}

const ATTEMPT_KEY = 'aideator.submission';

/**
 * The Idempotency-Key of a request: the same for the same request until it succeeded, so that neither a double click nor
 * another try after a lost answer makes a second run.
 */
export function submissionKey(request: NewRun): string {
  const body = JSON.stringify(request);
  try {
    const stored = JSON.parse(sessionStorage.getItem(ATTEMPT_KEY) ?? 'null') as { key: string; body: string } | null;
    if (stored?.body === body) {
      return stored.key;
    }
  } catch {
    // A new key does.
  }
  const key = randomKey();
  try {
    sessionStorage.setItem(ATTEMPT_KEY, JSON.stringify({ key, body }));
  } catch {
    // Kept for this click only.
  }
  return key;
}

export function submissionSucceeded(): void {
  try {
    sessionStorage.removeItem(ATTEMPT_KEY);
  } catch {
    // Nothing was kept.
  }
}

/** crypto.randomUUID is missing where the page does not come over https or from this machine. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
