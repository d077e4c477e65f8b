// What a platform admin does with people and companies in the browser: moves somebody to a branch, sets what a branch may have.
// What the page says is compared with what the API then tells.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { makeWorld, url } from './support/api.mjs';
import { assertClean, inEveryLook, launch, logIn, picture, visitor } from './support/browser.mjs';

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
  await logIn(page, url, process.env.DIALIX_ADMIN_EMAIL, process.env.DIALIX_ADMIN_PASSWORD);
  // A platform admin acts in the company that was chosen before.
  const { id, name, timezone, currency } = world.company;
  await page.evaluate((chosen) => localStorage.setItem('dialix.company', JSON.stringify(chosen)), { id, name, timezone, currency });
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

story('the only administrator cannot be moved away, and the page says why', async () => {
  await page.goto(`${url}/admin/companies`);
  await page.getByRole('searchbox', { name: 'Search' }).fill(world.company.name);
  await row('Companies', world.company.name).getByRole('button', { name: 'Open' }).click();
  await page.getByRole('button', { name: `Company: ${world.company.name}` }).waitFor();
  await page.goto(`${url}/admin/users`);
  await page.getByRole('button', { name: world.name, exact: true }).click();
  const drawer = page.getByRole('dialog', { name: world.email });
  await drawer.getByRole('tab', { name: 'Company' }).click();
  const company = drawer.getByRole('combobox', { name: 'Company' });
  await company.fill('no company is called so');
  await page.getByRole('option', { name: 'Nothing found' }).waitFor();
  await company.fill(branch.name);
  await page.getByRole('option', { name: branch.name }).click();
  await drawer.getByRole('button', { name: 'Move', exact: true }).click();
  const question = page.getByRole('dialog', { name: `Move ${world.name}?` });
  await clean('the question before a move');
  await question.getByRole('button', { name: 'Move', exact: true }).click();
  await drawer.getByRole('alert').getByText('Somebody has to remain who can administer').waitFor();
  assert.equal(await company.inputValue(), branch.name, 'what was chosen stays');
  assert.equal((await world.client.call('GET', '/me')).company.id, world.company.id);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), world.name, 'the keyboard is back on the row');
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
  await world.client.call('PATCH', `/companies/${branch.id}`, { limits: { max_accounts: 5 } });
  await page.goto(`${url}/admin/companies`);
  await page.getByRole('searchbox', { name: 'Search' }).fill(branch.name);
  let drawer = await open();
  await drawer.getByText('The company above allows 5').waitFor();
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

  await row('Companies', branch.name).getByRole('button', { name: 'Open' }).click();
  await page.getByRole('button', { name: `Company: ${branch.name}` }).waitFor();
  await page.goto(`${url}/admin/billing`);
  await page.getByText('The company above pays for this branch: these sums are its own.').waitFor();
  await page.getByRole('table', { name: 'Transactions' }).or(page.getByText('No transactions yet')).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Top up' }).count(), 0, 'there is no money of its own to add to');
});

story('a move is clean in every language, light and dark, wide and narrow', async (t) => {
  await inEveryLook(t, browser, page, async (other, name) => {
    await other.goto(`${url}/admin/users`);
    await other.getByRole('button', { name: clerk.name }).click();
    await other.getByRole('dialog').getByRole('tab').nth(3).click();
    await other.getByRole('dialog').getByRole('group').waitFor();
    await other.getByRole('dialog').getByRole('table').waitFor();
    await clean(`a move, ${name}`, other);
    await picture(other, `${name}-transfer`);
  });
  assert.deepEqual(page.complaints, [], 'no error and no breach of the content security policy in the whole story');
});
