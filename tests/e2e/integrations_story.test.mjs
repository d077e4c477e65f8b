// What a company is connected with, in the browser: a service and its key, a webhook and its secret. What the page says is
// compared with what the API then tells.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { makeWorld, url } from './support/api.mjs';
import { assertClean, inEveryLook, launch, logIn, picture, visitor } from './support/browser.mjs';

const key = 'pbx-key-of-the-story-4821';
let browser;
let page;
let world;

before(async () => {
  assert.ok(url, 'DIALIX_URL names the stack');
  world = await makeWorld();
  if (!world.ours) return;
  browser = await launch();
  page = await visitor(browser);
  await logIn(page, url, world.email, world.password);
});
after(async () => {
  await browser?.close();
});

const clean = (name, visited = page) => assertClean(visited, name);
const row = (table, name) => page.getByRole('table', { name: table }).getByRole('row').filter({ hasText: name });
const story = (name, steps) =>
  test(name, async (t) => {
    if (!world.ours) return t.skip('this story changes a company of its own only');
    await steps(t);
  });

story('a service is connected; its key goes in, never comes out, and the check says in words how it went', async () => {
  await page.goto(`${url}/admin/integrations`);
  await row('Outside services', 'OnlinePBX').getByText('Not connected').waitFor();
  await clean('the integrations');
  await picture(page, 'integrations-none');
  await page.getByRole('button', { name: 'OnlinePBX' }).click();
  const drawer = page.getByRole('dialog', { name: 'OnlinePBX' });
  await drawer.getByLabel('Host of the PBX').fill('10.0.0.1');
  await drawer.getByLabel('Domain').fill('story');
  await drawer.getByLabel('API key').fill(key);
  await drawer.getByRole('button', { name: 'Save' }).click();
  // An address of the server's own network is refused at its field, and what was typed stays.
  await drawer.locator(':has(> div > input[aria-invalid="true"])').filter({ hasText: 'Host of the PBX' }).first().waitFor();
  assert.equal(await drawer.getByLabel('API key').inputValue(), key);
  await clean('a refused service');
  await picture(page, 'integration-refused');

  await drawer.getByLabel('Host of the PBX').fill('pbx.invalid');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.getByText('Set, ends in 4821. Leave it empty to keep it.').waitFor();
  assert.equal(await drawer.getByLabel('API key').inputValue(), '');
  await drawer.getByRole('button', { name: 'Check' }).click();
  await drawer.getByText('OnlinePBX could not be reached. Is the address right?').waitFor();
  await clean('a service');
  await picture(page, 'integration');
  assert.ok(!(await page.content()).includes(key), 'the key is nowhere on the page');
  const stored = await world.client.call('GET', '/integrations/pbx');
  assert.deepEqual([stored.host, stored.domain, stored.active, stored.auth_key], ['pbx.invalid', 'story', true, { is_set: true, ends_with: '4821' }]);
  assert.ok(stored.checked_at);

  await drawer.getByLabel('Domain').fill('story-two');
  await drawer.getByLabel('In use').click();
  await drawer.getByRole('button', { name: 'Save' }).click();
  await row('Outside services', 'OnlinePBX').getByText('Switched off').waitFor();
  const changed = await world.client.call('GET', '/integrations/pbx');
  assert.deepEqual([changed.domain, changed.active, changed.auth_key.ends_with], ['story-two', false, '4821']);
});

story('a service is forgotten after one question', async () => {
  const drawer = page.getByRole('dialog', { name: 'OnlinePBX' });
  await drawer.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog', { name: 'Remove OnlinePBX?' }).getByRole('button', { name: 'Delete' }).click();
  await row('Outside services', 'OnlinePBX').getByText('Not connected').waitFor();
  await assert.rejects(world.client.call('GET', '/integrations/pbx'), /404/);
});

story('a webhook shows its secret once, is tried, gets another secret and goes', async () => {
  await page.goto(`${url}/admin/integrations`);
  await page.getByText('No webhooks yet').waitFor();
  await page.getByRole('button', { name: 'New webhook' }).click();
  let drawer = page.getByRole('dialog', { name: 'New webhook' });
  await drawer.getByLabel('Address').fill('ftp://hooks.invalid/dialix');
  await drawer.getByLabel('a call could not be analysed').check();
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.locator('input[type="url"][aria-invalid="true"]').waitFor();
  await drawer.getByLabel('Address').fill('https://hooks.invalid/dialix');
  await drawer.getByRole('button', { name: 'Save' }).click();
  const once = page.getByRole('region', { name: 'Signing secret' });
  const first = (await once.locator('pre').innerText()).trim();
  assert.match(first, /^whsec_[\w+/=-]{32,}$/);
  await once.getByRole('button', { name: 'Copy' }).waitFor();
  await clean('a secret shown once');
  await picture(page, 'webhook-secret');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  const [webhook] = (await world.client.call('GET', '/webhooks')).items;
  assert.deepEqual([webhook.url, webhook.events], ['https://hooks.invalid/dialix', ['record.completed', 'record.failed']]);

  await page.getByRole('button', { name: webhook.url }).click();
  drawer = page.getByRole('dialog', { name: 'hooks.invalid' });
  await drawer.getByRole('tab', { name: 'Test and secret' }).click();
  await drawer.getByRole('button', { name: 'Send a test' }).click();
  await drawer.getByText('The receiver could not be reached. Is the address right?').waitFor();
  await drawer.getByRole('button', { name: 'New secret' }).click();
  await page.getByRole('dialog', { name: 'Replace the secret?' }).getByRole('button', { name: 'New secret' }).click();
  const second = (await once.locator('pre').innerText()).trim();
  assert.match(second, /^whsec_/);
  assert.notEqual(second, first);
  await clean('the tools of a webhook');
  await picture(page, 'webhook-tools');
  await drawer.getByRole('tab', { name: 'Deliveries' }).click();
  await drawer.getByText('Nothing was sent yet').waitFor();
  await drawer.getByRole('tab', { name: 'Webhook', exact: true }).click();
  await drawer.getByLabel('a call was analysed').uncheck();
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.waitFor({ state: 'detached' });
  assert.deepEqual((await world.client.call('GET', `/webhooks/${webhook.id}`)).events, ['record.failed']);
  assert.ok(!(await page.content()).includes('whsec_'), 'no secret is left on the page');

  await page.getByRole('button', { name: webhook.url }).click();
  await drawer.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog', { name: 'Remove this webhook?' }).getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No webhooks yet').waitFor();
  assert.deepEqual((await world.client.call('GET', '/webhooks')).items, []);
});

story('what cannot be loaded says so in its own place and is asked for again', async () => {
  const down = { status: 503, contentType: 'application/problem+json', body: JSON.stringify({ title: 'Unavailable', status: 503, code: 'unavailable', request_id: 'story-503', errors: [] }) };
  await page.route(/\/api\/v1\/webhooks/, (route) => route.fulfill(down));
  await page.goto(`${url}/admin/integrations`);
  await page.getByRole('button', { name: 'OnlinePBX' }).waitFor();
  const panel = page.getByRole('region', { name: 'Webhooks' });
  await panel.getByText('The service is busy or being updated').waitFor();
  await panel.getByText('story-503').waitFor();
  await clean('webhooks that cannot be loaded');
  await picture(page, 'webhooks-unavailable');
  await page.unroute(/\/api\/v1\/webhooks/);
  await panel.getByRole('button', { name: 'Try again' }).click();
  await panel.getByText('No webhooks yet').waitFor();
});

story('who may not manage integrations or people is not shown the way', async () => {
  const viewer = { email: `viewer-${world.mark}@example.uz`, password: randomUUID(), name: 'Viewer', role: 'viewer' };
  await world.admin.call('POST', '/accounts', viewer);
  const other = await visitor(browser, { size: 'phone' });
  await logIn(other, url, viewer.email, viewer.password);
  const tabs = await other.getByRole('navigation', { name: 'Admin' }).getByRole('link').allInnerTexts();
  assert.ok(tabs.includes('My account') && !tabs.includes('Integrations') && !tabs.includes('Users'), tabs.join());
  await other.goto(`${url}/admin/integrations`);
  await other.waitForURL(/\/admin\/settings$/);
  assert.deepEqual(other.complaints, []);
  await other.context().close();
});

story('integrations are clean in every language, light and dark, wide and narrow', async (t) => {
  await world.client.call('PUT', '/integrations/pbx', { host: 'pbx.invalid', domain: 'story', auth_key: key });
  await world.client.call('POST', '/webhooks', { url: 'https://hooks.invalid/a-rather-long/address/of-a-receiver/which-does-not-fit', events: ['record.completed'] });
  await inEveryLook(t, browser, page, async (other, name) => {
    await other.goto(`${url}/admin/integrations`);
    await other.getByRole('button', { name: 'OnlinePBX' }).waitFor();
    await other.getByRole('button', { name: /hooks\.invalid/ }).waitFor();
    await clean(`the integrations, ${name}`, other);
    await picture(other, `${name}-integrations`, { fullPage: true });
    await other.getByRole('button', { name: 'amoCRM' }).click();
    await other.getByRole('dialog').locator('input[type="password"]').nth(2).waitFor();
    await clean(`a service, ${name}`, other);
    await picture(other, `${name}-service`);
    await other.keyboard.press('Escape');
    await other.getByRole('button', { name: /hooks\.invalid/ }).click();
    await other.getByRole('dialog').getByRole('tab').nth(1).click();
    await clean(`a webhook, ${name}`, other);
    await picture(other, `${name}-webhook`);
  });
  assert.deepEqual(page.complaints, [], 'no error and no breach of the content security policy in the whole story');
});
