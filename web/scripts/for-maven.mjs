// Builds the dashboard for the orchestrator's jar, or tests it; does only what is not done yet.
//   node scripts/for-maven.mjs build <folder>   copies the built pages to the folder
//   node scripts/for-maven.mjs test <skip>      does nothing when skip is "true", as -DskipTests says
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
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

/** When the newest of these files was changed. */
function newest(...paths) {
  return Math.max(
    ...paths.map((path) =>
      statSync(path).isDirectory()
        ? Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))))
        : statSync(path).mtimeMs,
    ),
  );
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
    if (!existsSync('dist/index.html') || newest(...sources) > newest('dist/index.html')) {
      npm('run', '--silent', 'build', '--', '--logLevel', 'warn');
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
