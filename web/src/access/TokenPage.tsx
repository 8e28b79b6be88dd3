import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { api, Problem } from '../api/client';
import { Bar } from '../shell/Bar';
import { door } from './access';
import classes from './TokenPage.module.css';

/** Asks for the token; a whole page, for there is nothing else to do. */
export function TokenPage({ ended }: { ended: boolean }) {
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [token, setToken] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    document.title = 'AIdeator';
    // Another tab may have given it meanwhile.
    const look = () => document.visibilityState === 'visible' && void door.ask();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) {
      return;
    }
    if (token.trim() === '') {
      refuse('Enter the token.');
      return;
    }
    setBusy(true);
    setError(null);
    try {
      await api.signIn(token);
      if (await door.ask()) {
        void client.invalidateQueries();
        return;
      }
      refuse('The token is right, but this browser does not keep the session: allow cookies for this site.');
    } catch (problem) {
      refuse(problem instanceof Problem && problem.status === 401 ? 'This is not the token.' : (problem as Error).message);
    }
    setBusy(false);
  }

  function refuse(why: string) {
    setError(why);
    input.current?.select();
  }

  return (
    <div className={classes.cover}>
      <Bar />
      <main className={classes.main}>
        <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate aria-labelledby="token-title">
          <h1 id="token-title">{ended ? 'Your session has ended' : 'This AIdeator asks for a token'}</h1>
          <p>
            {ended
              ? 'Enter the token again: the page goes on where it was, with all that you typed.'
              : 'Whoever set it up can tell you: it is the value of AIDEATOR_API_TOKEN. This browser is asked once.'}
          </p>
          <TextInput
            ref={input}
            type="password"
            label="Token"
            size="md"
            autoComplete="current-password"
            spellCheck={false}
            autoFocus
            value={token}
            error={error}
            onChange={(event) => {
              setToken(event.currentTarget.value);
              setError(null);
            }}
          />
          <Button type="submit" size="md" loading={busy}>
            {ended ? 'Go on' : 'Enter'}
          </Button>
        </form>
      </main>
    </div>
  );
}
