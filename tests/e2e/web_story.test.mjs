// The story of the web app in a real browser, through nginx, on a running stack: log in, see the numbers, drop a
// recording, watch it being analysed, hear a word and a piece of evidence, see it counted.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { makeWorld, url } from './support/api.mjs';
import { makeCall } from './support/audio.mjs';
import { axe, launch, picture, visitor } from './support/browser.mjs';

const analysisMs = Number(process.env.DIALIX_E2E_ANALYSIS_MS ?? 240_000);
let browser;
let page;
let world;
let call;
let callsBefore;
let callPath;

before(async () => {
  assert.ok(url, 'DIALIX_URL names the stack');
  world = await makeWorld();
  call = makeCall();
  browser = await launch();
  page = await visitor(browser);
});
after(async () => {
  call?.remove();
  await browser?.close();
});

const audioTime = () => page.locator('audio').evaluate((element) => element.currentTime);
const calls = async () => Number((await page.locator('dt:has-text("Calls") + dd').first().innerText()).replace(/\D/g, ''));
const clean = async (name) => assert.deepEqual(await axe(page), [], `axe on ${name}`);

test('a wrong password is refused in words, and the login that was typed stays', async () => {
  await page.goto(`${url}/calls?sentiment=negative`);
  await page.getByLabel('E-mail').fill(world.email);
  await page.getByLabel('Password', { exact: true }).fill('not this one');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('alert').getByText('Wrong e-mail or password').waitFor();
  assert.equal(await page.getByLabel('E-mail').inputValue(), world.email);
  await clean('the login page');
  await picture(page, 'login');
});

test('the right one leads to the page that was asked for', async () => {
  await page.getByLabel('Password', { exact: true }).fill(world.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { name: 'Calls', level: 1 }).waitFor();
  assert.match(page.url(), /\/calls\?sentiment=negative$/);
});

test('the dashboard shows its numbers', async () => {
  await page.getByRole('link', { name: 'Dashboard' }).click();
  await page.locator('dt:has-text("Average score")').waitFor();
  callsBefore = await calls();
  assert.ok(Number.isInteger(callsBefore));
  await clean('the dashboard');
});

test('a recording dropped on the page travels, is analysed and completes', async () => {
  await page.getByRole('link', { name: 'Calls', exact: true }).first().click();
  await page.getByRole('heading', { name: 'Calls', level: 1 }).waitFor();
  // A drop as the browser would deliver it: the file's bytes inside a DataTransfer.
  const transfer = await page.evaluateHandle(
    ({ bytes, name }) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], name, { type: 'audio/wav' }));
      return data;
    },
    { bytes: readFileSync(call.path).toString('base64'), name: call.name },
  );
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  await page.getByText('Drop the recordings here').waitFor();
  await picture(page, 'drop');
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });

  const tray = page.getByRole('region', { name: 'Uploads' });
  const link = tray.getByRole('link', { name: call.name });
  await link.waitFor();
  callPath = await link.getAttribute('href');
  await picture(page, 'uploading');
  await tray.getByText('Done').waitFor({ timeout: analysisMs });
  await page.locator(`[role="row"]:has(a[href="${callPath}"])`).getByText('Done').waitFor();
  await clean('the calls list');
  await picture(page, 'calls');
});

test('the list opens a call by keyboard', async () => {
  await page.locator('h1').click();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Transcript' }).waitFor();
  assert.equal(new URL(page.url()).pathname, callPath);
});

test('the file name told who called whom', async () => {
  const heading = await page.locator('h1').innerText();
  assert.match(heading, /90 123 45 67/);
  if (world.ours) assert.match(heading, /Aziz Rahimov/);
  await page.getByText('Outbound').waitFor();
});

test('the call plays, and the mark follows the words', async () => {
  await page.locator('[data-word]').first().waitFor();
  await page.locator('[role="slider"][aria-label="Position in the recording"] canvas, [role="slider"][aria-label="Position in the recording"] div').first().waitFor();
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.waitForFunction(() => document.querySelector('audio').currentTime > 0.3);
  await page.locator('[data-now]').first().waitFor();
  await page.keyboard.press('Escape').catch(() => undefined);
});

test('a click on a word plays from that word', async () => {
  await page.goto(`${url}${callPath}`);
  const words = page.locator('[data-word]');
  await words.first().waitFor();
  const target = words.nth((await words.count()) - 2);
  const segments = (await world.client.call('GET', `${callPath.replace('/calls', '/records')}/transcript`)).segments;
  const all = segments.flatMap((segment) => segment.words);
  const expected = all[all.length - 2].start_ms / 1000;
  await target.click();
  await page.waitForFunction((at) => document.querySelector('audio').currentTime >= at - 0.05, expected);
  assert.ok((await audioTime()) < expected + 3, 'it plays from the word, not from the end');
});

test('the evidence of a verdict is heard at its second and marked in the transcript', async (t) => {
  const result = (await world.client.call('GET', callPath.replace('/calls', '/records'))).result;
  const questions = result.checklist?.segments.flatMap((segment) => segment.questions) ?? [];
  const index = questions.findIndex((question) => question.evidence);
  if (index < 0) {
    assert.ok(!world.ours, 'the greeting of our own call was found');
    t.skip('no verdict of this call has evidence');
    return;
  }
  const { evidence, id } = questions[index];
  const row = page.locator(`[data-question="${id}"]`);
  await row.getByRole('button').click();
  await page.waitForFunction(
    ({ from, to }) => {
      const at = document.querySelector('audio').currentTime;
      return at >= from - 0.05 && at < to;
    },
    { from: evidence.start_ms / 1000, to: evidence.start_ms / 1000 + 3 },
  );
  const quoted = (await page.locator('[data-quoted]').allInnerTexts()).join(' ').toLowerCase();
  for (const word of evidence.quote.toLowerCase().split(/\s+/).slice(0, 2)) assert.ok(quoted.includes(word.replace(/\W/g, '')), `${word} is marked`);
});

test('the checklist says its verdicts in words', async () => {
  const verdicts = await page.locator('[data-question]').allInnerTexts();
  assert.ok(verdicts.length > 0);
  for (const verdict of verdicts) assert.match(verdict, /^(Yes|No|Not asked|Check it)/);
  await page.getByRole('button', { name: /^(Play|Pause)$/ }).waitFor();
  await clean('the call page');
  await picture(page, 'call', { fullPage: true });
});

test('the dashboard counts the call', async () => {
  await page.getByRole('link', { name: 'Dashboard' }).click();
  await page.locator('dt:has-text("Average score")').waitFor();
  await page.waitForFunction((count) => Number(document.querySelector('dt + dd').innerText.replace(/\D/g, '')) === count, callsBefore + 1);
  await page.locator('.recharts-bar-rectangle').first().waitFor({ state: 'attached' });
  await picture(page, 'dashboard', { fullPage: true });
});

test('a count of the checklist panel opens the calls behind it', async () => {
  const panel = page.getByRole('region', { name: 'Checklist, worst first' });
  const link = panel.getByRole('link', { name: /^(yes|no|to check) \d/ }).first();
  const [, answer, count] = /^(yes|no|to check) (\d+)/.exec(await link.innerText());
  await link.click();
  await page.getByRole('heading', { name: 'Calls', level: 1 }).waitFor();
  assert.match(page.url(), /question_id=[^&]+&answer=(yes|no|needs_review)/);
  await page.getByRole('button', { name: new RegExp(`: ${{ yes: 'Yes', no: 'No', 'to check': 'Check it' }[answer]}$`) }).waitFor();
  await page.waitForFunction((wanted) => document.querySelectorAll('a[href^="/calls/"]').length === wanted, Math.min(Number(count), 100));
  await picture(page, 'calls-of-an-answer');
});

test('a file that is no recording is refused kindly and can be taken off the list', async () => {
  await page.getByRole('link', { name: 'Calls', exact: true }).first().click();
  await page.locator('input[type="file"]').setInputFiles({ name: 'notes.wav', mimeType: 'audio/wav', buffer: Buffer.from('these are no sounds') });
  const tray = page.getByRole('region', { name: 'Uploads' });
  await tray.getByText('This is not an audio file, or it is broken').waitFor();
  await tray.getByRole('button', { name: 'Take notes.wav off the list' }).click();
  await tray.getByText('notes.wav').waitFor({ state: 'detached' });
});

test('all data of the company is put together and downloaded', async () => {
  await page.goto(`${url}/admin/privacy`);
  const panel = page.getByRole('region', { name: 'All data of the company' });
  await panel.getByRole('button', { name: 'Put an archive together' }).click();
  const drawer = page.getByRole('dialog', { name: 'Put an archive together' });
  await drawer.getByRole('button', { name: 'Put it together' }).click();
  const link = panel.getByRole('link', { name: /^Download, \d/ }).first();
  await link.waitFor({ timeout: 60_000 });
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  assert.match(download.suggestedFilename(), /^dialix-\d{4}-\d\d-\d\d\.zip$/);
  const archive = readFileSync(await download.path());
  assert.equal(archive.subarray(0, 4).toString('latin1'), 'PK\x03\x04');
  assert.ok(archive.includes('data/record.ndjson') && archive.includes('manifest.json'));
  await clean('the privacy page');
  await picture(page, 'privacy', { fullPage: true });
});

test('every page is clean for axe in every language, light and dark, wide and narrow', { timeout: 300_000 }, async (t) => {
  const state = await page.context().storageState();
  const looks = [
    { language: 'en', dark: false, size: 'desktop' },
    { language: 'ru', dark: true, size: 'desktop' },
    { language: 'uz', dark: false, size: 'phone' },
  ];
  const paths = ['/', '/calls', callPath, '/operators', '/checklists', '/admin/settings', '/admin/privacy', '/admin/billing', '/admin/users', '/admin/integrations', '/admin/companies', '/admin/activity', '/admin/profile'];
  for (const look of looks) {
    const name = `${look.language}-${look.dark ? 'dark' : 'light'}-${look.size}`;
    await t.test(name, async () => {
      const other = await visitor(browser, { ...look, state });
      for (const path of paths) {
        await other.goto(`${url}${path}`);
        await other.locator('h1').waitFor();
        await other.waitForFunction(() => !document.querySelector('[role="status"]'));
        assert.deepEqual(await axe(other), [], `axe on ${path}`);
        const overflow = await other.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(overflow <= 0, `${path} is ${overflow} px too wide`);
        const label = path === callPath ? 'call' : path.replaceAll('/', '-').replace(/^-/, '') || 'dashboard';
        await picture(other, `${name}-${label}`);
      }
      assert.deepEqual(other.complaints, []);
      await other.context().close();
    });
  }
});

test('an archive is deleted, also on a phone', async () => {
  const phone = await visitor(browser, { size: 'phone', state: await page.context().storageState() });
  await phone.goto(`${url}/admin/privacy`);
  const panel = phone.getByRole('region', { name: 'All data of the company' });
  const links = panel.getByRole('link', { name: /^Download/ });
  await links.first().waitFor();
  const archives = await links.count();
  const button = panel.getByRole('button', { name: /^Delete the archive of/ }).first();
  const { x, width } = await button.boundingBox();
  assert.ok(x + width <= 390, 'it can be seen without scrolling sideways');
  await button.click();
  await phone.getByRole('dialog', { name: 'Delete this archive?' }).getByRole('button', { name: 'Delete' }).click();
  await phone.waitForFunction((wanted) => [...document.querySelectorAll('a')].filter((a) => a.textContent.startsWith('Download,')).length === wanted, archives - 1);
  await phone.context().close();
});

test('a deleted call asks once and is gone', async () => {
  await page.goto(`${url}${callPath}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete the call' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete this call?' });
  await dialog.getByRole('button', { name: 'Delete the call' }).click();
  await page.getByRole('heading', { name: 'Calls', level: 1 }).waitFor();
  await page.locator(`a[href="${callPath}"]`).waitFor({ state: 'detached' });
});

test('logging out leaves nothing behind', async () => {
  await page.getByRole('button', { name: /account menu/ }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await page.getByRole('heading', { name: 'Log in to Dialix' }).waitFor();
  await page.goto(`${url}/admin/billing`);
  await page.getByRole('heading', { name: 'Log in to Dialix' }).waitFor();
  assert.deepEqual(page.complaints, [], 'no error and no breach of the content security policy in the whole story');
});
