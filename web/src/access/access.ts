import { useSyncExternalStore } from 'react';

/** Whether the service lets this browser in. */
export type Access =
  /** Not known yet. */
  | 'asking'
  /** Nobody is asked for a token. */
  | 'open'
  | 'signed in'
  /** A token is needed, and there is nothing behind the question. */
  | 'signed out'
  /** The session ended while a page was in use: it waits behind the question, as it is. */
  | 'ended';

/** What `GET /api/v1/session` answers. */
interface Session {
  token_required: boolean;
  admitted: boolean;
}

const SESSION = '/api/v1/session';

/**
 * Keeps who may come in. Requests that are refused for want of a session wait here until there is one again, so that
 * nothing that was under way fails or has to be typed twice.
 */
class Door {
  #access: Access = 'asking';
  readonly #watchers = new Set<() => void>();

  get access(): Access {
    return this.#access;
  }

  get isOpen(): boolean {
    return this.#access === 'open' || this.#access === 'signed in';
  }

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Asks the service; answers whether it lets us in. */
  async ask(): Promise<boolean> {
    let session: Session;
    try {
      const answer = await fetch(SESSION, { headers: { Accept: 'application/json' }, cache: 'no-store' });
      if (!answer.ok) {
        throw new TypeError(`The service answered ${answer.status}`);
      }
      session = (await answer.json()) as Session;
    } catch {
      // A service that is away refuses nobody; each part of the page says itself what it lacks.
      if (this.#access === 'asking') {
        this.#enter('open');
      }
      return this.isOpen;
    }
    if (session.admitted) {
      this.#enter(session.token_required ? 'signed in' : 'open');
    } else if (this.#access === 'asking') {
      this.#enter('signed out');
    } else {
      this.lost();
    }
    return session.admitted;
  }

  /** Somebody was refused for want of a session. */
  lost(): void {
    if (this.isOpen) {
      this.#enter('ended');
    }
  }

  leave(): void {
    this.#enter('signed out');
  }

  /** Until the service lets us in (again). */
  opened(signal?: AbortSignal | null): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = this.watch(() => {
        if (this.isOpen) {
          stop();
          resolve();
        }
      });
      signal?.addEventListener('abort', () => {
        stop();
        reject(signal.reason as Error);
      });
    });
  }

  /** For a page that is drawn anew. */
  forget(): void {
    this.#access = 'asking';
  }

  #enter(access: Access): void {
    if (access !== this.#access) {
      this.#access = access;
      [...this.#watchers].forEach((tell) => tell());
    }
  }
}

export const door = new Door();

export function useAccess(): Access {
  return useSyncExternalStore(door.watch, () => door.access);
}
