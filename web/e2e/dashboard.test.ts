import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { visible } from '../src/markdown/visible';
import { expectAccessible, launch, open, picture } from './browser';
import { killGatewayOf } from './stack';

const origin = inject('origin');
const repository = inject('repository');

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(() => browser.close());

interface Task {
  prompt: string;
  variations?: number;
  agent?: string;
  backend?: 'Redis' | 'Logs';
}

/** Fills in the form as a person would, and starts. */
async function start(page: Page, { prompt, variations = 3, agent, backend }: Task): Promise<string> {
  await page.goto('/');
  await page.getByLabel('Repository').fill(repository);
  await page.getByLabel('Prompt').fill(prompt);
  await page.getByRole('radiogroup', { name: 'Variations' }).getByText(String(variations), { exact: true }).click();
  if (agent !== undefined || backend !== undefined) {
    const settings = page.getByRole('button', { name: 'Advanced Settings' });
    if ((await settings.getAttribute('aria-expanded')) === 'false') {
      await settings.click();
    }
  }
  if (agent !== undefined) {
    await page.getByRole('combobox', { name: 'Agent' }).click();
    await page.getByRole('option', { name: agent }).click();
  }
  if (backend !== undefined) {
    await page.getByRole('radiogroup', { name: 'Streaming backend' }).getByText(backend).click();
  }
  await page.getByRole('button', { name: /^Start \d agents?$/ }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

const pane = (page: Page, letter: string): Locator => page.getByRole('region', { name: `Variation ${letter}` });

async function shows(page: Page, letter: string, text: string | RegExp): Promise<void> {
  await pane(page, letter).getByText(text).first().waitFor();
}

async function completed(page: Page, letters: string[]): Promise<void> {
  for (const letter of letters) {
    await pane(page, letter).getByText('Completed', { exact: true }).waitFor({ timeout: 60_000 });
  }
}

/** The pane's text, and what the service says that it is. */
async function compareOutput(page: Page, runId: string, letters: string[]): Promise<void> {
  for (const [variation, letter] of letters.entries()) {
    const path = `/api/v1/runs/${runId}/variations/${variation}/output`;
    const whole = await (await fetch(origin + path)).text();
    expect(whole.length).toBeGreaterThan(100);
    await pane(page, letter).getByText('Raw', { exact: true }).click();
    await expect.poll(() => pane(page, letter).getByLabel('Raw output').textContent()).toBe(visible(whole));
    await pane(page, letter).getByText('Markdown', { exact: true }).click();
  }
}

describe('the dashboard', () => {
  it('streams three agents, survives a reload and keeps the pick', async () => {
    const { page, wrongs } = await open(browser, origin);
    const runId = await start(page, { prompt: 'Tell me about greetings.', agent: 'teller' });
    for (const letter of ['A', 'B', 'C']) {
      await shows(page, letter, /^line 5:/);
    }
    await expectAccessible(page);
    await picture(page, 'run-live-light');

    await page.reload();
    for (const letter of ['A', 'B', 'C']) {
      await shows(page, letter, /^line 1:/);
    }
    await completed(page, ['A', 'B', 'C']);
    await compareOutput(page, runId, ['A', 'B', 'C']);

    await page.getByRole('button', { name: /^Pick this.* variation B$/ }).click();
    await shows(page, 'B', 'Your pick');
    await page.reload();
    await shows(page, 'B', 'Your pick');
    await compareOutput(page, runId, ['A', 'B', 'C']);
    await expectAccessible(page);

    await page.getByRole('button', { name: /^Pick this.* variation C$/ }).click();
    await shows(page, 'C', 'Your pick');
    expect(await pane(page, 'B').getByText('Your pick').count()).toBe(0);
    await page.getByRole('button', { name: 'Add a reason' }).click();
    await page.getByLabel('Why this one?').fill('It says the most.');
    await page.getByRole('button', { name: 'Keep the reason' }).click();
    await page.reload();
    await shows(page, 'C', 'It says the most.');
    await picture(page, 'run-picked-light');
    expect(wrongs).toEqual([]);
  });

  it('surveys a repository without a model or a key', async () => {
    const { page, wrongs } = await open(browser, origin, { colorScheme: 'dark' });
    const runId = await start(page, { prompt: 'What is this, and what are the risks?' });
    await completed(page, ['A', 'B', 'C']);
    await compareOutput(page, runId, ['A', 'B', 'C']);
    await expectAccessible(page);
    await picture(page, 'run-survey-dark');
    expect(wrongs).toEqual([]);
  });

  it('loses and repeats nothing when the gateway dies in the middle', async () => {
    const { page, wrongs } = await open(browser, origin);
    const runId = await start(page, { prompt: 'Go on, whatever happens.', variations: 2, agent: 'teller' });
    await shows(page, 'A', /^line 10:/);
    killGatewayOf(inject('supervisor'));
    await completed(page, ['A', 'B']);
    await compareOutput(page, runId, ['A', 'B']);
    expect(wrongs).toEqual([]);
  });

  it('streams from the logs, and goes on from Redis where it stopped', async () => {
    const { page, wrongs } = await open(browser, origin);
    const runId = await start(page, { prompt: 'From the logs, please.', variations: 2, agent: 'teller', backend: 'Logs' });
    expect(page.url()).toContain('stream=logs');
    await shows(page, 'A', /^line 5:/);
    await page.getByRole('radiogroup', { name: 'Streaming backend' }).getByText('Redis').click();
    await completed(page, ['A', 'B']);
    await compareOutput(page, runId, ['A', 'B']);
    expect(wrongs).toEqual([]);
  });

  it('stays where the reader put it, and jumps to the latest when asked', async () => {
    const { page } = await open(browser, origin);
    await start(page, { prompt: 'Talk long.', variations: 1, agent: 'teller' });
    await shows(page, 'A', /^line 35:/);
    const box = page.getByRole('group', { name: 'Output of variation A' });
    await box.hover();
    await page.mouse.wheel(0, -5_000);
    await page.getByRole('button', { name: 'Jump to latest' }).waitFor();
    const before = await box.evaluate((element) => element.scrollTop);
    await shows(page, 'A', /^line 50:/);
    expect(await box.evaluate((element) => element.scrollTop)).toBe(before);
    await page.getByRole('button', { name: 'Jump to latest' }).click();
    await shows(page, 'A', /^line 60:/);
    await expect
      .poll(() => box.evaluate((element) => element.scrollHeight - element.clientHeight - element.scrollTop))
      .toBeLessThan(40);
  });

  it('cancels one variation while the other goes on', async () => {
    const { page } = await open(browser, origin);
    await start(page, { prompt: 'One of you will be stopped.', variations: 2, agent: 'teller' });
    await shows(page, 'A', /^line 3:/);
    await page.getByRole('button', { name: 'More for variation A' }).click();
    await page.getByRole('menuitem', { name: 'Cancel this variation' }).click();
    await pane(page, 'A').getByText('Cancelled', { exact: true }).waitFor();
    await completed(page, ['B']);
  });

  it('tries an ended variation again, and a pick keeps to its attempt', async () => {
    const { page, wrongs } = await open(browser, origin);
    const runId = await start(page, { prompt: 'Once more, please.', variations: 2, agent: 'teller' });
    await shows(page, 'A', /^line 3:/);
    await page.getByRole('button', { name: 'More for variation A' }).click();
    await page.getByRole('menuitem', { name: 'Cancel this variation' }).click();
    await pane(page, 'A').getByText('Cancelled', { exact: true }).waitFor();
    await completed(page, ['B']);
    await page.getByRole('button', { name: /^Pick this.* variation A$/ }).click();
    await shows(page, 'A', 'Your pick');
    await picture(page, 'run-to-retry-light');

    await page.getByRole('button', { name: /^Retry.* variation A$/ }).click();
    await shows(page, 'A', 'Your pick: attempt 1');
    await pane(page, 'A').getByText('Running', { exact: true }).waitFor();
    await shows(page, 'A', /^line 5:/);
    await expectAccessible(page);
    await picture(page, 'run-retried-light');
    await completed(page, ['A']);
    await picture(page, 'run-retried-ended-light');
    await page.reload();
    await shows(page, 'A', 'Your pick: attempt 1');

    const whole = async (attempt: number) =>
      (await fetch(`${origin}/api/v1/runs/${runId}/variations/0/output?attempt=${attempt}`)).text();
    await pane(page, 'A').getByText('Raw', { exact: true }).click();
    const raw = pane(page, 'A').getByLabel('Raw output');
    await expect.poll(() => raw.textContent()).toBe(visible(await whole(2)));
    expect(await raw.textContent()).toContain('line 120:');
    await pane(page, 'A').getByText('Attempt 1', { exact: true }).click();
    await expect.poll(() => raw.textContent()).toBe(visible(await whole(1)));
    expect(await raw.textContent()).not.toContain('line 120:');

    await page.getByRole('button', { name: /^Pick attempt 2 instead.* variation A$/ }).click();
    await expect.poll(() => pane(page, 'A').getByText('Your pick').textContent()).toMatch(/^ ?Your pick$/);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectAccessible(page);
    await picture(page, 'run-retried-narrow-light');
    expect(wrongs).toEqual([]);
  });

  it('shows a hostile prompt as the text that it is', async () => {
    const { page, wrongs } = await open(browser, origin);
    const prompt = '<img src=x onerror="alert(1)"><script>alert(2)</script> [x](javascript:alert(3)) \u202eevil\u001b[31m';
    await start(page, { prompt, variations: 1, agent: 'teller' });
    await page.getByText('<img src=x onerror="alert(1)"><script>alert(2)</script>').first().waitFor();
    await completed(page, ['A']);
    await shows(page, 'A', /<img src=x onerror="alert\(1\)">/);
    expect(await page.locator('main img, main script, main a[href^="javascript"]').count()).toBe(0);
    await page.goto('/');
    await page.getByText('<img src=x onerror="alert(1)"><script>alert(2)</script>').first().waitFor();
    expect(wrongs).toEqual([]);
  });

  it('says at the field what is wrong with it, and loses nothing that was typed', async () => {
    const { page } = await open(browser, origin);
    await page.goto('/');
    await page.getByRole('button', { name: 'Start 3 agents' }).click();
    await page.getByText('Give the address of a git repository.').waitFor();
    await page.getByText('Say what the agents should do.').waitFor();

    await page.getByLabel('Repository').fill('ssh://git@example.org/a/b');
    await page.getByLabel('Prompt').fill('A long thought that must not be lost.');
    await page.getByRole('button', { name: 'Start 3 agents' }).click();
    await page.getByText('Only https addresses can be cloned').waitFor();
    expect(await page.getByLabel('Repository').getAttribute('aria-invalid')).toBe('true');
    await expectAccessible(page);
    await picture(page, 'home-problem-light');

    await page.reload();
    expect(await page.getByLabel('Prompt').inputValue()).toBe('A long thought that must not be lost.');
    expect(await page.getByLabel('Repository').inputValue()).toBe('ssh://git@example.org/a/b');
  });

  it('makes one run of a double click', async () => {
    const { page } = await open(browser, origin);
    await page.goto('/');
    const total = async () => ((await (await fetch(`${origin}/api/v1/runs?size=1`)).json()) as { total: number }).total;
    const before = await total();
    await page.getByLabel('Repository').fill(repository);
    await page.getByLabel('Prompt').fill('Only once.');
    await page.getByRole('button', { name: 'Start 3 agents' }).dblclick();
    await page.waitForURL(/\/runs\//);
    await completed(page, ['A', 'B', 'C']);
    expect(await total()).toBe(before + 1);
  });

  it('tells that an agent cannot run here, and why', async () => {
    const { page } = await open(browser, origin);
    await page.goto('/');
    await page.getByRole('button', { name: 'Advanced Settings' }).click();
    await page.getByRole('combobox', { name: 'Agent' }).click();
    const option = page.getByRole('option', { name: /claude/i });
    expect(await option.getAttribute('data-combobox-disabled')).not.toBeNull();
    await expectAccessible(page);
    await picture(page, 'home-advanced-light');
  });

  it('tells that a run does not exist', async () => {
    const { page } = await open(browser, origin);
    await page.goto('/runs/00000000-0000-4000-8000-000000000000');
    await page.getByRole('heading', { name: 'There is no such run' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'All runs' }).click();
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor();
  });

  it('can be used and read in every scheme and width', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [name, viewport] of Object.entries({ wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } })) {
        const { page, wrongs } = await open(browser, origin, { colorScheme, viewport });
        await page.goto('/');
        const newest = page.getByRole('list').getByRole('link').first();
        await newest.waitFor();
        await expectAccessible(page);
        await picture(page, `home-${name}-${colorScheme}`);
        await newest.click();
        await page.getByRole('region', { name: 'Variation A' }).waitFor();
        await expectAccessible(page);
        await picture(page, `run-${name}-${colorScheme}`);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(overflow).toBe(0);
        expect(wrongs).toEqual([]);
        await page.context().close();
      }
    }
  });
});
