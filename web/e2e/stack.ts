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

export interface Stack {
  /** Where it answers. */
  origin: string;
  /** The process that holds it together. */
  supervisor: number;
  /** A folder of its own, gone when it is stopped. */
  folder: string;
  /** Ends the gateway as a crash would; the supervisor starts another. */
  killGateway(): void;
  stop(): Promise<void>;
}

/** The stack that the tests share, and a repository; both are gone after the last test. */
export default async function setup(project: TestProject) {
  const stack = await startStack({});
  project.provide('origin', stack.origin);
  project.provide('repository', repository(stack.folder));
  project.provide('supervisor', stack.supervisor);
  return stack.stop;
}

/** Starts a stack in a folder and on ports of its own, with these settings besides what tests need. */
export async function startStack(settings: Record<string, string>): Promise<Stack> {
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
      ...settings,
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
    await up(stack, said);
  } catch (error) {
    await stop();
    throw error;
  }
  const supervisor = stack.pid ?? 0;
  return { origin, supervisor, folder, killGateway: () => killGatewayOf(supervisor), stop };
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

/** Everything is: the supervisor says so. */
async function up(stack: ChildProcess, said: string[]): Promise<void> {
  const until = Date.now() + START_WITHIN_MS;
  while (!said.join('').includes('Stop it with')) {
    if (stack.exitCode !== null) {
      throw new Error(`aideator up ended with ${stack.exitCode}:\n${said.join('')}`);
    }
    if (Date.now() > until) {
      throw new Error(`aideator up is not up:\n${said.join('')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
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

/** Ends the gateway of the stack of this supervisor, as a crash would; the supervisor starts another. */
export function killGatewayOf(supervisor: number): void {
  const processes = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, pid, parent, args]) => ({ pid: Number(pid), parent: Number(parent), args: args ?? '' }));
  const family = new Set([supervisor]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    processes.filter(({ parent }) => family.has(parent)).forEach(({ pid }) => family.add(pid));
  }
  const gateway = processes.find(({ pid, args }) => family.has(pid) && /java\b.*stream-gateway-service/.test(args));
  if (gateway === undefined) {
    throw new Error('The gateway of this stack was not found');
  }
  process.kill(gateway.pid, 'SIGKILL');
}
