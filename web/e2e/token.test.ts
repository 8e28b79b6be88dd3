import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectAccessible, launch, open, picture } from './browser';
import { startStack, type Stack } from './stack';

const TOKEN = 'sesame-of-the-browser-tests';

let browser: Browser;
let stack: Stack;

beforeAll(async () => {
  browser = await launch();
  stack = await startStack({ AIDEATOR_API_TOKEN: TOKEN });
}, 180_000);

afterAll(async () => {
  await browser.close();
  await stack.stop();
});

async function enter(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token', { exact: true }).fill(token);
  await page.getByRole('button', { name: /^(Enter|Go on)$/ }).click();
}

/** As when its time is over, or the operator has changed the token. */
async function endSession(page: Page): Promise<void> {
  await page.context().clearCookies();
}

async function start(page: Page, prompt: string): Promise<void> {
  await page.getByLabel('Repository').fill(inject('repository'));
  await page.getByLabel('Prompt').fill(prompt);
  await page.getByRole('radiogroup', { name: 'Variations' }).getByText('2', { exact: true }).click();
  const settings = page.getByRole('button', { name: 'Advanced Settings' });
  if ((await settings.getAttribute('aria-expanded')) === 'false') {
    await settings.click();
  }
  await page.getByRole('combobox', { name: 'Agent' }).click();
  await page.getByRole('option', { name: 'teller' }).click();
}

const pane = (page: Page, letter: string) => page.getByRole('region', { name: `Variation ${letter}` });

describe('a dashboard that asks for a token', () => {
  it('asks once, on whatever page one comes to, and keeps nothing that could be read', async () => {
    const { page, wrongs } = await open(browser, stack.origin);
    await page.goto('/runs/00000000-0000-4000-8000-000000000000');
    await page.getByRole('heading', { name: 'This AIdeator asks for a token' }).waitFor();
    await expectAccessible(page);
    await enter(page, 'a guess');
    await page.getByText('This is not the token.').waitFor();
    await expectAccessible(page);
    await picture(page, 'token-wrong-light');
    await enter(page, TOKEN);
    await page.getByRole('heading', { name: 'There is no such run' }).waitFor();

    await page.reload();
    await page.getByRole('heading', { name: 'There is no such run' }).waitFor();
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ name: 'aideator_session', httpOnly: true, sameSite: 'Strict', path: '/' });
    expect(cookie?.value).not.toContain(TOKEN);
    expect(await page.evaluate(() => document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain(TOKEN);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'This AIdeator asks for a token' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'This AIdeator asks for a token' }).waitFor();
    expect(wrongs).toEqual([]);
  });

  it('lets a session that ends in the middle go on where it was', async () => {
    const { page, wrongs } = await open(browser, stack.origin);
    await page.goto('/');
    await enter(page, TOKEN);
    await start(page, 'A long thought that must not be lost.');

    await endSession(page);
    await page.getByRole('button', { name: 'Start 2 agents' }).click();
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    await expectAccessible(page);
    await picture(page, 'token-ended-light');
    expect(await page.locator('textarea').first().inputValue()).toBe('A long thought that must not be lost.');
    await enter(page, TOKEN);

    // What was clicked before is done now.
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    const runId = new URL(page.url()).pathname.split('/').at(-1);
    await pane(page, 'A').getByText(/^line 5:/).waitFor();
    await endSession(page);
    stack.killGateway();
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    await enter(page, TOKEN);
    for (const [variation, letter] of ['A', 'B'].entries()) {
      await pane(page, letter).getByText('Completed', { exact: true }).waitFor({ timeout: 60_000 });
      const whole = await fetch(`${stack.origin}/api/v1/runs/${runId}/variations/${variation}/output`, {
        headers: { Authorization: `Bearer ${TOKEN}` },
      });
      await pane(page, letter).getByText('Raw', { exact: true }).click();
      await expect.poll(() => pane(page, letter).getByLabel('Raw output').textContent()).toBe(await whole.text());
    }
    expect(wrongs).toEqual([]);
  });

  it('can be used and read in every scheme and width', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [name, viewport] of Object.entries({ wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } })) {
        const { page } = await open(browser, stack.origin, { colorScheme, viewport });
        await page.goto('/');
        await page.getByRole('heading', { name: 'This AIdeator asks for a token' }).waitFor();
        await expectAccessible(page);
        await picture(page, `token-${name}-${colorScheme}`);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
        await enter(page, TOKEN);
        await page.getByRole('button', { name: 'Sign out' }).waitFor();
        await expectAccessible(page);
        await picture(page, `home-signed-in-${name}-${colorScheme}`);
        await page.context().close();
      }
    }
  });
});
