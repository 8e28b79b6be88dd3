import { useEffect, useState } from 'react';
import { door } from '../access/access';
import type { Backend } from '../stream/runStream';
import { RunSession } from './runSession';

/** One who looks at another tab for a moment comes back to a stream that never paused. */
const PAUSE_AFTER_MS = 5_000;

/**
 * A session that is open while somebody looks. A browser has six connections to a server over HTTP/1.1, for all its tabs
 * together: one that nobody sees gives its own back, and goes on behind the last event when it is seen again.
 */
export function useSession(runId: string, backend: Backend): RunSession {
  const [session] = useState(() => new RunSession(runId, backend));
  useEffect(() => {
    let pausing: number | undefined;
    const look = () => {
      window.clearTimeout(pausing);
      if (document.visibilityState === 'hidden') {
        pausing = window.setTimeout(() => session.pause(), PAUSE_AFTER_MS);
      } else {
        session.open();
        session.retryNow();
      }
    };
    const wake = () => document.visibilityState === 'visible' && session.retryNow();
    const stopWaiting = door.watch(() => door.isOpen && session.retryNow());
    if (document.visibilityState !== 'hidden') {
      session.open();
    }
    window.addEventListener('online', wake);
    document.addEventListener('visibilitychange', look);
    return () => {
      window.clearTimeout(pausing);
      window.removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', look);
      stopWaiting();
      session.close();
    };
  }, [session]);
  useEffect(() => session.switchTo(backend), [session, backend]);
  return session;
}
