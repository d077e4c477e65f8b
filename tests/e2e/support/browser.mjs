// Debian's Chromium, driven by playwright-core from the frontend's packages. A page that logs an error, throws, or
// breaks the content security policy makes its test fail: `page.complaints` collects them.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);
const frontend = createRequire(new URL('frontend/package.json', root));
const { chromium } = frontend('playwright-core');
export const axePath = frontend.resolve('axe-core/axe.min.js');
export const pictures = fileURLToPath(new URL('build/e2e/', root));
mkdirSync(pictures, { recursive: true });

export const sizes = { desktop: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } };

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

/** A fresh visitor. `language` is what they chose before; `dark` what their system prefers. */
export async function visitor(browser, { language = 'en', dark = false, size = 'desktop', state } = {}) {
  const context = await browser.newContext({
    viewport: sizes[size],
    colorScheme: dark ? 'dark' : 'light',
    locale: 'en-GB',
    ignoreHTTPSErrors: true,
    reducedMotion: 'reduce',
    storageState: state,
  });
  await context.addInitScript((code) => localStorage.setItem('dialix.language', code), language);
  const page = await context.newPage();
  page.complaints = [];
  page.on('console', (message) => {
    // Chromium logs every refused request; the pages' own handling of those is what the tests look at.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) page.complaints.push(message.text());
  });
  page.on('pageerror', (error) => page.complaints.push(`${error.message}\n${error.stack ?? ''}`));
  page.setDefaultTimeout(15_000);
  return page;
}

/** What axe-core finds wrong, one line a finding. */
export async function axe(page) {
  const { readFileSync } = await import('node:fs');
  await page.evaluate(readFileSync(axePath, 'utf8'));
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
  return violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id} (${violation.impact}): ${node.html.slice(0, 200)}`));
}

export function picture(page, name, options = {}) {
  return page.screenshot({ path: `${pictures}${name}.png`, ...options });
}

/** Logs in by the page itself and ends up at the person's own account. */
export async function logIn(page, url, email, password) {
  await page.goto(`${url}/admin/profile`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { name: 'Admin', level: 1 }).waitFor();
}

/** Nothing for axe to find, and nothing that is wider than the page. */
export async function assertClean(page, name) {
  assert.deepEqual(await axe(page), [], `axe on ${name}`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${name} is ${overflow} px too wide`);
}

export const looks = [
  { language: 'en', dark: true, size: 'desktop' },
  { language: 'ru', dark: false, size: 'phone' },
  { language: 'uz', dark: false, size: 'phone' },
];

/** One more visitor for each of `looks`, with the storage of `page`; what they complain of fails the test. */
export async function inEveryLook(t, browser, page, steps) {
  const state = await page.context().storageState();
  for (const look of looks) {
    const name = `${look.language}-${look.dark ? 'dark' : 'light'}-${look.size}`;
    await t.test(name, async () => {
      const other = await visitor(browser, { ...look, state });
      await steps(other, name);
      assert.deepEqual(other.complaints, []);
      await other.context().close();
    });
  }
}
