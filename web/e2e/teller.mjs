// An agent for the tests, run as a command agent: repeats its prompt and talks for some seconds, so that a test can step
// in between. Markdown, markup that must stay text, control characters and letters of several bytes.
import { setTimeout as pause } from 'node:timers/promises';

let prompt = '';
for await (const chunk of process.stdin) {
  prompt += chunk;
}
process.stdout.write(`# What I was asked\n\n${prompt}\n\n## What I tell\n\n`);
for (let line = 1; line <= 120; line++) {
  process.stdout.write(`- line ${line}: **naïve** \`café\` 日本 \u{1f600} <b>not bold</b> & so on\n`);
  if (line % 40 === 0) {
    process.stdout.write(`\n\`\`\`js\nconst part = ${line / 40};\n\nalert('<img src=x onerror=alert(1)>');\n\`\`\`\n\n`);
  }
  await pause(60);
}
process.stdout.write('\nThe end.');
