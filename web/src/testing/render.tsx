import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';
import { theme } from '../shell/theme';

/** Draws a part of the page with all that it stands in; answers where the user is. */
export function renderPage(page: ReactNode, path = '/') {
  const location = memoryLocation({ path, record: true });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const drawn = render(
    <QueryClientProvider client={client}>
      <MantineProvider theme={theme} env="test" withCssVariables={false} withGlobalClasses={false}>
        <Router hook={location.hook} searchHook={location.searchHook}>
          {page}
        </Router>
      </MantineProvider>
    </QueryClientProvider>,
  );
  return { ...drawn, history: location.history };
}

/** A service of a few answers; what is asked for beyond them is a 404. Notes what it was asked. */
export function serve(answers: Record<string, (init?: RequestInit) => Response | Promise<Response>>) {
  const asked: { route: string; init?: RequestInit }[] = [];
  globalThis.fetch = async (input, init) => {
    const route = `${init?.method ?? 'GET'} ${new URL(String(input), 'http://here').pathname}`;
    asked.push({ route, init });
    return answers[route]?.(init) ?? json(404, { title: 'There is nothing here', detail: route });
  };
  return asked;
}

export function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
}
