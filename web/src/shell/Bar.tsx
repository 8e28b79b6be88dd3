import { ActionIcon, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { MoonIcon, SunIcon } from './icons';
import classes from './Shell.module.css';

/** The bar at the top of every page; `children` stand at its right. */
export function Bar({ children }: { children?: ReactNode }) {
  return (
    <header className={classes.bar}>
      <Link href="/" className={classes.brand}>
        <img src="/favicon.svg" width="26" height="26" alt="" />
        AIdeator
      </Link>
      <span className={classes.spacer} />
      {children}
      <ColorScheme />
    </header>
  );
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
