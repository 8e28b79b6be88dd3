import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { door } from '../access/access';
import { api, isRefusal } from './client';
import { isActive, type Run, type RunState } from './types';

export const PAGE_SIZE = 20;

export function useRuns(page: number, state: RunState | null) {
  return useQuery({
    queryKey: ['runs', page, state],
    queryFn: ({ signal }) => api.runs(page, PAGE_SIZE, state, signal),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.data?.runs.some((run) => isActive(run.state)) ? 3_000 : 15_000),
  });
}

/** The stream tells most of a run sooner; this is what the stream does not tell, and the truth when there is none. */
export function useRun(runId: string) {
  return useQuery({
    queryKey: ['run', runId],
    queryFn: ({ signal }) => api.run(runId, signal),
    refetchInterval: (query) => {
      if (isRefusal(query.state.error)) {
        return false;
      }
      return query.state.data === undefined || isActive(query.state.data.state) ? 5_000 : false;
    },
    // A tab in the background says in its title how far the run is, and has no stream.
    refetchIntervalInBackground: true,
  });
}

export function useAgents() {
  return useQuery({ queryKey: ['agents'], queryFn: ({ signal }) => api.agents(signal), staleTime: 60_000 });
}

export function useModels() {
  return useQuery({ queryKey: ['models'], queryFn: ({ signal }) => api.models(signal), staleTime: 60_000 });
}

export function useHealth() {
  return useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => api.health(signal),
    refetchInterval: 20_000,
    retry: false,
  });
}

export function useCancelRun(runId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.cancelRun(runId),
    onSettled: () => client.invalidateQueries({ queryKey: ['run', runId] }),
  });
}

export function useCancelVariation(runId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (variation: number) => api.cancelVariation(runId, variation),
    onSettled: () => client.invalidateQueries({ queryKey: ['run', runId] }),
  });
}

export function useRetry(runId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (variation: number) => api.retryVariation(runId, variation),
    onSuccess: (run) => {
      // What was asked before must not overwrite what is newer.
      void client.cancelQueries({ queryKey: ['run', runId] });
      client.setQueryData<Run>(['run', runId], run);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['run', runId] }),
  });
}

/** Leaves nothing behind for whoever uses this browser next. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.signOut(),
    onSuccess: () => {
      sessionStorage.clear();
      door.leave();
      client.clear();
    },
  });
}

function attemptToPick(run: Run, id: number): number {
  const variation = run.variations.find(({ variation_id }) => variation_id === id);
  return variation?.result_attempt ?? variation?.attempt ?? 1;
}

export function usePick(runId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (pick: { variation: number; reason: string }) => api.pick(runId, pick.variation, pick.reason),
    onSuccess: (_, pick) => {
      client.setQueryData<Run>(['run', runId], (run) =>
        run && {
          ...run,
          pick: {
            variation_id: pick.variation,
            attempt: attemptToPick(run, pick.variation),
            reason: pick.reason.trim() || null,
            picked_at: new Date().toISOString(),
          },
        },
      );
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['run', runId] }),
  });
}
