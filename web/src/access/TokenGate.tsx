import { useEffect, useRef, type ReactNode } from 'react';
import { door, useAccess } from './access';
import classes from './TokenGate.module.css';
import { TokenPage } from './TokenPage';

/** Shows the page to whom the service lets in, and asks everybody else for the token. */
export function TokenGate({ children }: { children: ReactNode }) {
  const access = useAccess();
  useEffect(() => {
    door.forget();
    void door.ask();
  }, []);
  const covered = access === 'ended';
  useFocusKept(covered);
  if (access === 'asking') {
    return <div role="status" aria-label="Loading AIdeator" />;
  }
  return (
    <>
      {(covered || access === 'signed out') && <TokenPage ended={covered} />}
      {access !== 'signed out' && (
        // Hidden, and still there: what is typed, read and streamed in it goes on where it was.
        <div className={classes.page} data-covered={covered || undefined} inert={covered}>
          {children}
        </div>
      )}
    </>
  );
}

/** Whoever was typing goes on typing. */
function useFocusKept(covered: boolean): void {
  const before = useRef<Element | null>(null);
  const focused = document.activeElement;
  useEffect(() => {
    if (!covered && before.current instanceof HTMLElement) {
      before.current.focus({ preventScroll: true });
    }
    before.current = null;
  }, [covered]);
  if (covered && before.current === null && focused !== document.body) {
    before.current = focused;
  }
}
