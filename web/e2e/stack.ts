import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the stack answers. */
    origin: string;
    /** A small git repository on this machine. */
    repository: string;
    /** The process that holds the stack together. */
    supervisor: number;
  }
}

/** The first start may build everything. */
const START_WITHIN_MS = 15 * 60_000;
const STOP_WITHIN_MS = 45_000;

/** Starts the stack in a folder of its own, and stops it after the last test. */
export default async function setup(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'aideator-e2e-'));
  const [port, gateway, redis, postgres] = (await freePorts(4)).map(String);
  const stack = spawn(join(import.meta.dirname, '../../aideator'), ['up'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...withoutOurs(process.env),
      AIDEATOR_HOME: join(folder, 'home'),
      AIDEATOR_PORT: port,
      AIDEATOR_GATEWAY_PORT: gateway,
      AIDEATOR_REDIS_PORT: redis,
      AIDEATOR_POSTGRES_PORT: postgres,
      MAX_PARALLEL_AGENTS: '6',
      AIDEATOR_COMMAND_AGENTS_TELLER_COMMAND: `${process.execPath} ${join(import.meta.dirname, 'teller.mjs')}`,
    },
  });
  const said: string[] = [];
  stack.stdout?.on('data', (data) => said.push(String(data)));
  stack.stderr?.on('data', (data) => said.push(String(data)));

  const stop = async () => {
    await ended(stack);
    const left = processesOf(folder);
    rmSync(folder, { recursive: true, force: true });
    if (left !== '') {
      throw new Error(`The stack left processes behind:\n${left}`);
    }
  };

  const origin = `http://127.0.0.1:${port}`;
  try {
    await healthy(`${origin}/health`, stack, said);
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide('origin', origin);
  project.provide('repository', repository(folder));
  project.provide('supervisor', stack.pid ?? 0);
  return stop;
}

/** The settings of whoever runs the tests are not the tests' settings. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !name.startsWith('AIDEATOR_') && !['DATABASE_URL', 'REDIS_URL', 'OPENAI_API_KEY'].includes(name),
    ),
  );
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function healthy(address: string, stack: ChildProcess, said: string[]): Promise<void> {
  const until = Date.now() + START_WITHIN_MS;
  while (Date.now() < until) {
    if (stack.exitCode !== null) {
      throw new Error(`aideator up ended with ${stack.exitCode}:\n${said.join('')}`);
    }
    const health = await fetch(address).then((answer) => answer.json() as Promise<{ status: string }>, () => null);
    if (health?.status === 'ok') {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`aideator up is not healthy:\n${said.join('')}`);
}

async function ended(stack: ChildProcess): Promise<void> {
  if (stack.exitCode !== null || stack.pid === undefined) {
    return;
  }
  const gone = new Promise((resolve) => stack.once('exit', resolve));
  stack.kill('SIGTERM');
  const late = setTimeout(() => process.kill(-(stack.pid ?? 0), 'SIGKILL'), STOP_WITHIN_MS);
  await gone;
  clearTimeout(late);
}

/** Processes whose command line names the folder: databases, agents. */
function processesOf(folder: string): string {
  return execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(folder))
    .join('\n');
}

function repository(folder: string): string {
  const path = join(folder, 'greeting-service');
  mkdirSync(join(path, 'src'), { recursive: true });
  writeFileSync(join(path, 'README.md'), '# Greeting service\n\nSays hello, politely.\n');
  writeFileSync(join(path, 'src/Greeting.java'), 'record Greeting(String text) {}\n');
  writeFileSync(join(path, 'package.json'), '{ "name": "greeting", "dependencies": { "express": "5" } }\n');
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false', ...args], { cwd: path, stdio: 'ignore' });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--message', 'Say hello');
  return path;
}
