// @vitest-environment jsdom
import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { RunPage } from '../run/RunPage';
import { NewRunForm } from '../runs/NewRunForm';
import { Shell } from '../shell/Shell';
import { json, renderPage, serve } from '../testing/render';
import { FakeSource } from '../testing/source';
import { TokenGate } from './TokenGate';

const MISSING = { type: 'https://aideator.dev/problems/token-missing', title: 'This AIdeator asks for a token', detail: '' };
const RUN = {
  run_id: 'r1', state: 'running', github_url: 'https://github.com/a/b', prompt: 'Look.', created_at: '2026-01-01T00:00:00Z',
  variations: [{ variation_id: 0, state: 'running', agent: 'survey', model: null, attempt: 1 }],
};

/** A service whose token is sesame, and a browser that keeps its cookie. */
class Service {
  session = false;
  keepsCookies = true;
  started = 0;

  readonly asked = serve({
    'GET /api/v1/session': () => json(200, { token_required: true, admitted: this.session }),
    'POST /api/v1/session': (init) => {
      if ((JSON.parse(String(init?.body)) as { token: string }).token !== 'sesame') {
        return json(401, { type: 'https://aideator.dev/problems/token-wrong', title: 'This is not the token', detail: 'Give it.' });
      }
      this.session = this.keepsCookies;
      return json(200, { token_required: true, admitted: true });
    },
    'DELETE /api/v1/session': () => {
      this.session = false;
      return new Response(null, { status: 204 });
    },
    'GET /api/v1/agents': this.guarded(() => ({ agents: [] })),
    'GET /api/v1/models': this.guarded(() => ({ models: [] })),
    'GET /health': this.guarded(() => ({ status: 'ok', version: '1', launcher: 'local' })),
    'GET /api/v1/runs/r1': this.guarded(() => RUN),
    'GET /api/v1/runs/r1/stream/redis': this.guarded(() => ''),
    'POST /api/v1/runs': this.guarded(() => {
      this.started++;
      return { run_id: 'r1', state: 'queued' };
    }),
  });

  guarded(answer: () => unknown) {
    return () => (this.session ? json(200, answer()) : json(401, MISSING));
  }
}

const title = (name: string) => screen.findByRole('heading', { name });

async function enter(token: string) {
  await userEvent.type(screen.getByLabelText('Token'), token);
  await userEvent.click(screen.getByRole('button', { name: /^(Enter|Go on)$/ }));
}

function open(page: React.ReactNode) {
  return renderPage(
    <TokenGate>
      <Shell>{page}</Shell>
    </TokenGate>,
  );
}

beforeEach(() => FakeSource.install());

describe('who has no session', () => {
  it('is asked for the token, and nothing else is asked of the service', async () => {
    const service = new Service();
    open(<NewRunForm />);
    await title('This AIdeator asks for a token');
    expect(service.asked.map(({ route }) => route)).toEqual(['GET /api/v1/session']);
    expect(document.activeElement).toBe(screen.getByLabelText('Token'));
  });

  it('comes in with the right token only, and learns what was wrong with another', async () => {
    new Service();
    open(<NewRunForm />);
    await title('This AIdeator asks for a token');
    await userEvent.click(screen.getByRole('button', { name: 'Enter' }));
    expect(screen.getByText('Enter the token.')).toBeDefined();
    await enter('guess');
    expect(await screen.findByText('This is not the token.')).toBeDefined();
    await userEvent.clear(screen.getByLabelText('Token'));
    await enter('sesame');
    await title('One task, several agents, your pick');
    expect(screen.queryByLabelText('Token')).toBeNull();
  });

  it('learns that the browser keeps no cookies', async () => {
    const service = new Service();
    service.keepsCookies = false;
    open(<NewRunForm />);
    await title('This AIdeator asks for a token');
    await enter('sesame');
    expect(await screen.findByText(/allow cookies for this site/)).toBeDefined();
  });
});

describe('who needs none', () => {
  it('sees no question, and nothing to sign out of', async () => {
    serve({ 'GET /api/v1/session': () => json(200, { token_required: false, admitted: true }) });
    open(<NewRunForm />);
    await title('One task, several agents, your pick');
    expect(screen.queryByRole('button', { name: 'Sign out' })).toBeNull();
  });

  it('is let to the page also where the service is away, so that the page says so', async () => {
    globalThis.fetch = () => Promise.reject(new TypeError('network'));
    open(<NewRunForm />);
    await title('One task, several agents, your pick');
  });
});

describe('a session that ends in the middle', () => {
  it('loses nothing that was typed, and what was sent is sent again', async () => {
    const service = new Service();
    service.session = true;
    const { history } = open(<NewRunForm />);
    await title('One task, several agents, your pick');
    await userEvent.type(screen.getByLabelText('Repository'), 'https://github.com/a/b');
    await userEvent.type(screen.getByLabelText('Prompt'), 'A long thought.');
    service.session = false;
    await userEvent.click(screen.getByRole('button', { name: 'Start 3 agents' }));

    await title('Your session has ended');
    expect(service.started).toBe(0);
    expect(screen.getByLabelText<HTMLTextAreaElement>('Prompt').value).toBe('A long thought.');
    await enter('sesame');
    await waitFor(() => expect(history?.at(-1)).toBe('/runs/r1'));
    expect(service.started).toBe(1);
  });

  it('goes on with a stream at the event where it stopped', async () => {
    const service = new Service();
    service.session = true;
    open(<RunPage runId="r1" />);
    await screen.findByRole('region', { name: 'Variation A' });
    await act(async () => {
      FakeSource.latest?.listeners.get('agent_output')?.({
        data: JSON.stringify({ type: 'agent_output', variation_id: '0', epoch: 1, seq: 1, content: 'one ' }), lastEventId: '0:1-1',
      });
      service.session = false;
      FakeSource.latest?.refuse();
      await Promise.resolve();
    });
    await title('Your session has ended');
    expect(FakeSource.all).toHaveLength(1);
    await enter('sesame');
    await waitFor(() => expect(FakeSource.all).toHaveLength(2));
    expect(FakeSource.latest?.url).toBe('/api/v1/runs/r1/stream/redis?last_event_id=0%3A1-1');
    expect(screen.queryByLabelText('Token')).toBeNull();
    expect(screen.getByRole('region', { name: 'Variation A' }).textContent).toContain('one');
  });

  it('is noticed to go on in another tab', async () => {
    const service = new Service();
    service.session = true;
    open(<NewRunForm />);
    await title('One task, several agents, your pick');
    service.session = false;
    await userEvent.type(screen.getByLabelText('Repository'), 'https://github.com/a/b');
    await userEvent.type(screen.getByLabelText('Prompt'), 'Look.');
    await userEvent.click(screen.getByRole('button', { name: 'Start 3 agents' }));
    await title('Your session has ended');
    service.session = true;
    document.dispatchEvent(new Event('visibilitychange'));
    await waitFor(() => expect(screen.queryByLabelText('Token')).toBeNull());
  });
});

describe('signing out', () => {
  it('leaves nothing behind', async () => {
    const service = new Service();
    service.session = true;
    open(<NewRunForm />);
    await title('One task, several agents, your pick');
    await userEvent.type(screen.getByLabelText('Prompt'), 'A secret thought.');
    await userEvent.click(screen.getByRole('button', { name: 'Sign out' }));
    await title('This AIdeator asks for a token');
    expect(screen.queryByLabelText('Prompt')).toBeNull();
    expect(JSON.stringify({ ...sessionStorage })).not.toContain('secret');
    expect(service.session).toBe(false);
  });
});
