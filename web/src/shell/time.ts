import { useEffect, useState } from 'react';

/** The time now, told again every second while `running`. */
export function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) {
      return undefined;
    }
    setNow(Date.now());
    const timer = window.setInterval(() => setNow(Date.now()), 1_000);
    return () => window.clearInterval(timer);
  }, [running]);
  return now;
}

/** `4s`, `2m 05s`, `1h 12m`: as precise as a person needs. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) {
    return `${seconds}s`;
  }
  if (seconds < 3_600) {
    return `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, '0')}s`;
  }
  return `${Math.floor(seconds / 3_600)}h ${String(Math.floor((seconds % 3_600) / 60)).padStart(2, '0')}m`;
}

/** How long something took or takes; null before it started. */
export function elapsed(
  started: string | null | undefined,
  ended: string | null | undefined,
  now: number,
): string | null {
  if (!started) {
    return null;
  }
  return duration((ended ? Date.parse(ended) : now) - Date.parse(started));
}

const DAY = 86_400_000;

/** `just now`, `5 min ago`, `3 h ago`, `12 Nov, 10:30`. */
export function ago(then: string, now: number): string {
  const ms = now - Date.parse(then);
  if (ms < 60_000) {
    return 'just now';
  }
  if (ms < 3_600_000) {
    return `${Math.floor(ms / 60_000)} min ago`;
  }
  if (ms < DAY) {
    return `${Math.floor(ms / 3_600_000)} h ago`;
  }
  return new Date(then).toLocaleString(undefined, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
}
