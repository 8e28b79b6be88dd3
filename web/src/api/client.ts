import { door } from '../access/access';
import type { Catalogue, Health, Model, NewRun, Run, RunPage, RunState, StartedRun } from './types';

/** An error as the service tells it (RFC 9457), or as this page tells it when the service could not be asked. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly type = '',
    /** The request's field that it is about, where the service names one. */
    readonly field: string | null = null,
  ) {
    super(detail === '' ? title : detail);
  }

  /** Whether it is of this kind: what the last part of its type says, and never changes. */
  is(kind: string): boolean {
    return this.type.endsWith(`/${kind}`);
  }
}

/** Whether asking again would be answered the same. */
export function isRefusal(error: unknown): error is Problem {
  return error instanceof Problem && error.status >= 400 && error.status < 500;
}

const API = '/api/v1';

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const answer = await admitted(path, { ...init, headers: { Accept: 'application/json', ...init?.headers } });
  if (!answer.ok) {
    throw await problem(answer);
  }
  return (answer.status === 204 ? undefined : await answer.json().catch(() => undefined)) as T;
}

/** The answer to a request that the service lets in; one that lacks a session is sent again when there is one. */
async function admitted(path: string, init: RequestInit): Promise<Response> {
  for (;;) {
    const answer = await reach(path, init);
    if (answer.status !== 401 || !(await problem(answer.clone())).is('token-missing')) {
      return answer;
    }
    const opened = door.opened(init.signal);
    door.lost();
    await opened;
  }
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error;
    }
    throw new Problem(0, 'AIdeator cannot be reached', 'Is it running? Check with ./aideator doctor, then try again.');
  }
}

async function problem(answer: Response): Promise<Problem> {
  const body = (await answer.json().catch(() => null)) as Record<string, unknown> | null;
  const text = (name: string) => (typeof body?.[name] === 'string' ? body[name] : '');
  return new Problem(
    answer.status,
    text('title') || `The service answered ${answer.status}`,
    text('detail') || (answer.status >= 502 ? 'It may be starting or stopping; try again in a moment.' : ''),
    text('type'),
    text('field') || null,
  );
}

function send<T>(method: string, path: string, body: unknown, headers?: Record<string, string>): Promise<T> {
  return ask(path, { method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } });
}

export const api = {
  runs: (page: number, size: number, state: RunState | null, signal?: AbortSignal) => {
    const query = new URLSearchParams({ page: String(page), size: String(size) });
    if (state !== null) {
      query.set('state', state);
    }
    return ask<RunPage>(`${API}/runs?${query}`, { signal });
  },
  run: (runId: string, signal?: AbortSignal) => ask<Run>(`${API}/runs/${encodeURIComponent(runId)}`, { signal }),
  start: (run: NewRun, idempotencyKey: string) =>
    send<StartedRun>('POST', `${API}/runs`, run, { 'Idempotency-Key': idempotencyKey }),
  cancelRun: (runId: string) => ask<unknown>(`${API}/runs/${encodeURIComponent(runId)}`, { method: 'DELETE' }),
  cancelVariation: (runId: string, variation: number) =>
    ask<unknown>(`${API}/runs/${encodeURIComponent(runId)}/variations/${variation}`, { method: 'DELETE' }),
  retryVariation: (runId: string, variation: number) =>
    ask<Run>(`${API}/runs/${encodeURIComponent(runId)}/variations/${variation}/retry`, { method: 'POST' }),
  pick: (runId: string, variation: number, reason: string) =>
    send<unknown>('POST', `${API}/runs/${encodeURIComponent(runId)}/select`, {
      variation_id: variation,
      ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
    }),
  signIn: (token: string) => send<unknown>('POST', `${API}/session`, { token }),
  signOut: () => ask<unknown>(`${API}/session`, { method: 'DELETE' }),
  agents: (signal?: AbortSignal) => ask<Catalogue>(`${API}/agents`, { signal }),
  models: (signal?: AbortSignal) => ask<{ models: Model[] }>(`${API}/models`, { signal }),
  health: async (signal?: AbortSignal): Promise<Health> => {
    // A service that is not well says so with a 503 and the same body.
    const answer = await admitted('/health', { signal });
    return (await answer.json()) as Health;
  },
};

/** `attempt` is null for the latest that put out anything. */
export function outputUrl(runId: string, variation: number, attempt: number | null = null): string {
  const path = `${API}/runs/${encodeURIComponent(runId)}/variations/${variation}/output`;
  return attempt === null ? path : `${path}?attempt=${attempt}`;
}
