import { ActionIcon, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useAccess } from '../access/access';
import { useHealth, useSignOut } from '../api/queries';
import { Bar } from './Bar';
import { LeaveIcon } from './icons';
import classes from './Shell.module.css';

export function Shell({ children }: { children: ReactNode }) {
  return (
    <>
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      <Bar>
        <HealthSign />
        <SignOut />
      </Bar>
      <main id="main" className={classes.main} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** Silent while all is well: nobody needs to be told that nothing happened. */
function HealthSign() {
  const { data, isError } = useHealth();
  const status = isError ? 'down' : data?.status;
  if (status === undefined || status === 'ok') {
    return null;
  }
  return (
    <span className={classes.health} role="status">
      <span className={classes.dot} data-status={status} />
      {isError ? 'AIdeator cannot be reached' : trouble(data)}
    </span>
  );
}

function trouble(health: ReturnType<typeof useHealth>['data']): string {
  if (health?.database?.reachable === false) {
    return 'The database cannot be reached';
  }
  if (health?.redis?.reachable === false) {
    return 'Redis cannot be reached';
  }
  return health?.redis?.detail ?? health?.database?.detail ?? 'Some of AIdeator is not well';
}

/** Only where there is a session to end. */
function SignOut() {
  const access = useAccess();
  const signOut = useSignOut();
  if (access !== 'signed in') {
    return null;
  }
  return (
    <Tooltip label={signOut.error?.message ?? 'Sign out'}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label="Sign out"
        loading={signOut.isPending}
        onClick={() => signOut.mutate()}
      >
        <LeaveIcon size={18} />
      </ActionIcon>
    </Tooltip>
  );
}
