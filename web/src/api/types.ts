import type { CostSource, Outcome } from '../stream/event';

/** The orchestrator's REST shapes, as they stand in its OpenAPI document. */

export type RunState = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
export const RUN_STATES: readonly RunState[] = ['queued', 'running', 'completed', 'failed', 'cancelled'];

export type VariationState = 'queued' | 'starting' | 'running' | 'cancelling' | 'ended';

export interface Parameters {
  temperature?: number | null;
  max_tokens?: number | null;
}

export interface Variation {
  variation_id: number;
  state: VariationState;
  agent: string;
  model: string | null;
  parameters?: Parameters | null;
  attempt: number;
  outcome?: Outcome | null;
  /** Why it ended or, without an outcome, what keeps it from running: a code, and a sentence. */
  reason?: string | null;
  detail?: string | null;
  created_at?: string | null;
  started_at?: string | null;
  ended_at?: string | null;
  has_result?: boolean;
  /** The attempt that a pick would keep; during a retry, one before it. */
  result_attempt?: number | null;
  /** Not in lists. */
  usage?: {
    input_tokens: number;
    output_tokens: number;
    cost_usd: number | null;
    cost_source: CostSource;
  } | null;
}

export interface Pick {
  variation_id: number;
  attempt: number;
  reason?: string | null;
  picked_at: string;
}

export interface Run {
  run_id: string;
  state: RunState;
  github_url: string;
  base_ref?: string | null;
  /** What its agents work in; null for the installation's own. */
  image?: string | null;
  prompt: string;
  /** In lists: there is more of the prompt. */
  prompt_truncated?: boolean;
  variations: Variation[];
  pick?: Pick | null;
  picks?: Pick[];
  created_at: string;
  started_at?: string | null;
  ended_at?: string | null;
}

export interface RunPage {
  runs: Run[];
  total: number;
  page: number;
  size: number;
}

export interface NewRun {
  github_url: string;
  prompt: string;
  variations: number;
  use_claude_code: boolean;
  agent_config?: { model?: string; temperature?: number; max_tokens?: number };
  base_ref?: string;
  image?: string;
  agents?: { agent: string; model?: string; parameters?: Parameters }[];
}

export interface StartedRun {
  run_id: string;
  state: RunState;
}

export interface Agent {
  name: string;
  title: string;
  description: string;
  available: boolean;
  /** Why not, and what to do. */
  reason: string | null;
  needs_model: boolean;
  default: boolean;
}

export interface Catalogue {
  agents: Agent[];
  /** How many a run may have. */
  max_variations?: number;
  /** Patterns of images that agents may work in; none where they work in none. */
  allowed_images?: string[];
}

export interface Model {
  name: string;
  agent: string;
  available: boolean;
  reason: string | null;
}

export interface Health {
  status: 'ok' | 'degraded' | 'down';
  version: string;
  launcher: string;
  redis?: { reachable: boolean; detail?: string | null };
  database?: { reachable: boolean; detail?: string | null };
}

export function isActive(state: RunState): boolean {
  return state === 'queued' || state === 'running';
}
