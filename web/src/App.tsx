import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { Route, Switch } from 'wouter';
import { TokenGate } from './access/TokenGate';
import { isRefusal } from './api/client';
import { RunPage } from './run/RunPage';
import { RunsPage } from './runs/RunsPage';
import { NotFound } from './shell/NotFound';
import { Shell } from './shell/Shell';
import { theme } from './shell/theme';

/** What the service refused it will refuse again; what did not arrive may. */
function worthRetrying(failures: number, error: Error): boolean {
  return failures < 2 && !isRefusal(error);
}

export function App() {
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: worthRetrying } } }));
  return (
    <QueryClientProvider client={client}>
      <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
        <TokenGate>
          <Shell>
            <Switch>
              <Route path="/">
                <RunsPage />
              </Route>
              <Route path="/runs/:id">{({ id }) => <RunPage key={id} runId={id} />}</Route>
              <Route>
                <NotFound />
              </Route>
            </Switch>
          </Shell>
        </TokenGate>
      </MantineProvider>
    </QueryClientProvider>
  );
}
