// What an administrator does in the browser: connects a service, adds a webhook, moves somebody to a branch, sets what a branch
// may have. What the page says is compared with what the API then tells.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { makeWorld, url } from './support/api.mjs';
import { axe, launch, picture, visitor } from './support/browser.mjs';

const key = 'pbx-key-of-the-story-4821';
const clerk = { name: 'Sardor Aliyev' };
let browser;
let page;
let world;
let branch;

before(async () => {
  assert.ok(url, 'DIALIX_URL names the stack');
  world = await makeWorld();
  if (!world.ours) return;
  branch = await world.admin.call('POST', '/companies', { name: `Branch ${world.mark}`, parent_id: world.company.id });
  clerk.email = `clerk-${world.mark}@example.uz`;
  clerk.id = (await world.admin.call('POST', '/accounts', { ...clerk, password: randomUUID(), role: 'user' })).id;
  await world.admin.call('PUT', `/accounts/${clerk.id}/permissions`, { granted: ['view_audit'], denied: [] });
  browser = await launch();
  page = await visitor(browser);
  await logIn(page, process.env.DIALIX_ADMIN_EMAIL, process.env.DIALIX_ADMIN_PASSWORD);
  // A platform admin acts in the company that was chosen before.
  const { id, name, timezone, currency } = world.company;
  await page.evaluate((chosen) => localStorage.setItem('dialix.company', JSON.stringify(chosen)), { id, name, timezone, currency });
});
after(async () => {
  await browser?.close();
});

async function logIn(visited, email, password) {
  await visited.goto(`${url}/admin/profile`);
  await visited.getByLabel('E-mail').fill(email);
  await visited.getByLabel('Password', { exact: true }).fill(password);
  await visited.getByRole('button', { name: 'Log in' }).click();
  await visited.getByRole('heading', { name: 'Admin', level: 1 }).waitFor();
}

const clean = async (name, visited = page) => {
  assert.deepEqual(await axe(visited), [], `axe on ${name}`);
  const overflow = await visited.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${name} is ${overflow} px too wide`);
};
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
  await drawer.getByLabel('Host of the PBX').fill('127.0.0.1');
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
  await drawer.getByLabel('Address').fill('http://hooks.invalid/dialix');
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

story('somebody is moved to a branch: the page says what is lost, and both companies know of it', async () => {
  await page.goto(`${url}/admin/users`);
  await page.getByRole('button', { name: clerk.name }).click();
  const drawer = page.getByRole('dialog', { name: clerk.email });
  await drawer.getByRole('tab', { name: 'Company' }).click();
  await drawer.getByText('Never moved').waitFor();
  await drawer.getByText('Permissions granted or denied singly are lost.').waitFor();
  const move = drawer.getByRole('button', { name: 'Move', exact: true });
  assert.ok(await move.isDisabled(), 'nobody is moved to nowhere');
  await drawer.getByRole('combobox', { name: 'Company' }).fill(branch.name);
  await page.getByRole('option', { name: branch.name }).waitFor();
  await clean('the list of companies');
  await picture(page, 'transfer-choose');
  await page.getByRole('option', { name: branch.name }).click();
  await drawer.getByLabel('Role').selectOption('operator');
  assert.ok(await move.isDisabled(), 'an operator needs one to be');
  await drawer.getByLabel('Role').selectOption('supervisor');
  await clean('a move');
  await picture(page, 'transfer');
  await drawer.getByLabel('Single permissions go along').click();
  await drawer.getByText('Permissions granted or denied singly are lost.').waitFor({ state: 'detached' });
  await move.click();
  const question = page.getByRole('dialog', { name: `Move ${clerk.name}?` });
  await question.getByText(`To “${branch.name}”.`).waitFor();
  await question.getByRole('button', { name: 'Move', exact: true }).click();
  await page.getByRole('button', { name: clerk.name }).waitFor({ state: 'detached' });
  await assert.rejects(world.client.call('GET', `/accounts/${clerk.id}`), /404/);

  await page.goto(`${url}/admin/companies`);
  await page.getByRole('searchbox', { name: 'Search' }).fill(branch.name);
  await row('Companies', branch.name).getByRole('button', { name: 'Open' }).click();
  await page.getByRole('button', { name: `Company: ${branch.name}` }).waitFor();
  await page.goto(`${url}/admin/users`);
  await row('Users', clerk.name).getByText('Supervisor').waitFor();
  await page.getByRole('button', { name: clerk.name }).click();
  await drawer.getByRole('tab', { name: 'Company' }).click();
  const moved = drawer.getByRole('table', { name: 'Moves so far' });
  await moved.getByText(`${world.company.name} → ${branch.name}`).waitFor();
  await moved.getByText('User → Supervisor').waitFor();
  await clean('the moves so far');
  await picture(page, 'transfer-history');
});

story('a branch gets a limit, is paid from above, is blocked with a reason and let in again', async () => {
  const open = async () => {
    await page.getByRole('button', { name: branch.name, exact: true }).click();
    return page.getByRole('dialog', { name: branch.name });
  };
  const state = async () => {
    world.admin.query = '';
    return world.admin.call('GET', `/companies/${branch.id}`);
  };
  await page.goto(`${url}/admin/companies`);
  await page.getByRole('searchbox', { name: 'Search' }).fill(branch.name);
  let drawer = await open();
  await drawer.getByLabel('Minutes a month').fill('600');
  await drawer.getByLabel('Its calls are paid by the company above it').click();
  await clean('a company');
  await picture(page, 'company');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.waitFor({ state: 'detached' });
  const limited = await state();
  assert.deepEqual([limited.limits.max_minutes_per_month, limited.shares_parent_balance], [600, true]);

  drawer = await open();
  await drawer.getByRole('button', { name: 'Block' }).click();
  const question = page.getByRole('dialog', { name: 'Block this company?' });
  await question.getByLabel('Reason for blocking (optional)').fill('unpaid');
  await question.getByRole('button', { name: 'Block' }).click();
  await drawer.waitFor({ state: 'detached' });
  assert.deepEqual([(await state()).active, (await state()).block_reason], [false, 'unpaid']);
  drawer = await open();
  await drawer.getByText('Blocked: unpaid').waitFor();
  await drawer.getByRole('button', { name: 'Unblock' }).click();
  await drawer.waitFor({ state: 'detached' });
  assert.equal((await state()).open, true);

  await page.goto(`${url}/admin/billing`);
  await page.getByText('The company above pays for this branch: these sums are its own.').waitFor();
  await page.getByRole('table', { name: 'Transactions' }).or(page.getByText('No transactions yet')).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Top up' }).count(), 0, 'there is no money of its own to add to');
});

story('who may not manage integrations or people is not shown the way', async () => {
  const viewer = { email: `viewer-${world.mark}@example.uz`, password: randomUUID(), name: 'Viewer', role: 'viewer' };
  world.admin.query = `?company_id=${world.company.id}`;
  await world.admin.call('POST', '/accounts', viewer);
  const other = await visitor(browser, { size: 'phone' });
  await logIn(other, viewer.email, viewer.password);
  const tabs = await other.getByRole('navigation', { name: 'Admin' }).getByRole('link').allInnerTexts();
  assert.ok(tabs.includes('My account') && !tabs.includes('Integrations') && !tabs.includes('Users'), tabs.join());
  await other.goto(`${url}/admin/integrations`);
  await other.waitForURL(/\/admin\/settings$/);
  assert.deepEqual(other.complaints, []);
  await other.context().close();
});

story('integrations and moves are clean in every language, light and dark, wide and narrow', async (t) => {
  const pbx = { host: 'pbx.invalid', domain: 'story', auth_key: key };
  await world.client.call('PUT', '/integrations/pbx', pbx);
  await world.client.call('POST', '/webhooks', { url: 'https://hooks.invalid/a-rather-long/address/of-a-receiver/which-does-not-fit', events: ['record.completed'] });
  const person = (await world.client.call('GET', '/accounts')).items.find((account) => account.role === 'viewer');
  const state = await page.context().storageState();
  for (const origin of state.origins) {
    for (const entry of origin.localStorage) if (entry.name === 'dialix.company') entry.value = JSON.stringify(world.company);
  }
  for (const look of [{ language: 'en', dark: true, size: 'desktop' }, { language: 'ru', dark: false, size: 'phone' }, { language: 'uz', dark: false, size: 'phone' }]) {
    const name = `${look.language}-${look.dark ? 'dark' : 'light'}-${look.size}`;
    await t.test(name, async () => {
      const other = await visitor(browser, { ...look, state });
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
      await other.goto(`${url}/admin/users`);
      await other.getByRole('button', { name: person.name }).click();
      await other.getByRole('dialog').getByRole('tab').nth(3).click();
      await other.getByRole('dialog').getByRole('group').waitFor();
      await clean(`a move, ${name}`, other);
      await picture(other, `${name}-transfer`);
      assert.deepEqual(other.complaints, []);
      await other.context().close();
    });
  }
  assert.deepEqual(page.complaints, [], 'no error and no breach of the content security policy in the whole story');
});
