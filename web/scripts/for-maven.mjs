// Builds the dashboard for the orchestrator's jar, or tests it; does only what is not done yet.
//   node scripts/for-maven.mjs build <folder>   copies the built pages to the folder
//   node scripts/for-maven.mjs test <skip>      does nothing when skip is "true", as -DskipTests says
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [task, argument] = process.argv.slice(2);
const caller = process.cwd();
process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

function npm(...args) {
  const { status, error } = spawnSync('npm', args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) {
    console.error(error ? `npm could not be started: ${error.message}` : `npm ${args.join(' ')} failed`);
    process.exit(status ?? 1);
  }
}

/** When the newest of these files was changed. A folder counts too: it changes when a file in it comes or goes. */
function newest(...paths) {
  return Math.max(
    ...paths.map((path) => {
      const status = statSync(path);
      const within = status.isDirectory() ? readdirSync(path).map((name) => newest(join(path, name))) : [];
      return Math.max(status.mtimeMs, ...within);
    }),
  );
}

/** As old as the beginning of the last build: what is changed while a build goes on is not in it. */
const mark = 'target/dashboard-built';

function build() {
  // They are for the development server; what is built here asks whoever serves it.
  for (const name of Object.keys(process.env).filter((name) => name.startsWith('VITE_'))) {
    delete process.env[name];
  }
  mkdirSync(dirname(mark), { recursive: true });
  writeFileSync(`${mark}.begun`, '');
  npm('run', '--silent', 'build', '--', '--logLevel', 'warn');
  renameSync(`${mark}.begun`, mark);
}

if (task === 'test' && argument === 'true') {
  process.exit(0);
}

// npm writes this file last, so half an installation does not count.
const installed = 'node_modules/.package-lock.json';
if (!existsSync(installed) || newest('package-lock.json') > newest(installed)) {
  npm('ci', '--no-audit', '--no-fund', '--loglevel=error');
}

switch (task) {
  case 'build': {
    const sources = ['src', 'public', 'index.html', 'package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts'];
    if (!existsSync('dist/index.html') || !existsSync(mark) || newest(...sources) > newest(mark)) {
      build();
    }
    const folder = resolve(caller, argument);
    // Their names change with their content: those of earlier builds would stay for ever.
    rmSync(join(folder, 'assets'), { recursive: true, force: true });
    cpSync('dist', folder, { recursive: true });
    break;
  }
  case 'test':
    npm('test', '--silent', '--', '--reporter=default', '--reporter=junit', '--outputFile.junit=target/vitest-unit.xml');
    break;
  default:
    console.error('Say what to do: build <folder>, or test.');
    process.exit(2);
}
