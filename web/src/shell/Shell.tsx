import { ActionIcon, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useHealth } from '../api/queries';
import { MoonIcon, SunIcon } from './icons';
import classes from './Shell.module.css';

export function Shell({ children }: { children: ReactNode }) {
  return (
    <>
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      <header className={classes.bar}>
        <Link href="/" className={classes.brand}>
          <img src="/favicon.svg" width="26" height="26" alt="" />
          AIdeator
        </Link>
        <span className={classes.spacer} />
        <HealthSign />
        <ColorScheme />
      </header>
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
    return 'Redis cannot be reached: live output waits';
  }
  return health?.redis?.detail ?? health?.database?.detail ?? 'Some of AIdeator is not well';
}

function ColorScheme() {
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark';
  const label = dark ? 'Use the light scheme' : 'Use the dark scheme';
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={label}
        onClick={() => setColorScheme(dark ? 'light' : 'dark')}
      >
        {dark ? <SunIcon size={18} /> : <MoonIcon size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}
