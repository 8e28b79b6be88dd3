import type { ReactNode } from 'react';
import classes from './Shell.module.css';

/** A whole page that says one thing. */
export function Message({ title, detail, children }: { title: string; detail: string; children?: ReactNode }) {
  return (
    <div className={classes.message} role="alert">
      <h1>{title}</h1>
      <p>{detail}</p>
      {children}
    </div>
  );
}
