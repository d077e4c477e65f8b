// Stored XSS: text that people, recordings and outside services give us is shown as text. Names and titles go the real way;
// what an engine could say is put into its answers on their way to the page. Twice: with the content security policy as it is,
// and without it, since the policy is the second line and not the first.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { makeWorld, url } from './support/api.mjs';
import { makeCall } from './support/audio.mjs';
import { launch, visitor } from './support/browser.mjs';

const evil = `"'><img src=x onerror="window.stolen=1"><script>window.stolen=2</script><svg onload="window.stolen=3">{{7*7}}javascript:alert(1)`;
let browser;
let world;
let record;

before(async () => {
  world = await makeWorld();
  browser = await launch();
  const call = makeCall();
  const form = new FormData();
  form.set('file', new Blob([readFileSync(call.path)], { type: 'audio/wav' }), call.name);
  form.set('title', evil);
  const answer = await fetch(`${url}/api/v1/records`, { method: 'POST', headers: { Origin: url, Cookie: world.client.cookie }, body: form });
  record = await answer.json();
  assert.equal(answer.status, 202, JSON.stringify(record));
  call.remove();
  await world.client.call('POST', '/operators', { code: '666', name: evil });
  await world.client.call('PATCH', '/me', { name: evil });
});
after(() => browser?.close());

/** A page that notes whether anything of ours ran; `policy` false takes the policy away from every answer. */
async function openPage({ policy }) {
  const page = await visitor(browser);
  await page.addInitScript(() => {
    window.alert = () => (window.stolen = 4);
  });
  await page.route('**/*', async (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path.endsWith('/events')) return route.continue();
    const response = await route.fetch();
    const headers = { ...response.headers() };
    if (!policy) delete headers['content-security-policy'];
    let body = await response.body();
    if (path.endsWith('/transcript')) {
      const transcript = { language: 'en', engine: evil, segments: [{ speaker: 'customer', start_ms: 0, end_ms: 900, text: evil, words: [{ text: evil, start_ms: 0, end_ms: 900, confidence: 1 }] }] };
      return route.fulfill({ status: 200, contentType: 'application/json', headers: policy ? headers : {}, body: JSON.stringify(transcript) });
    }
    if (path.endsWith(`/records/${record.id}`) && response.ok()) {
      const told = JSON.parse(body.toString());
      told.failure = told.failure === null ? null : evil;
      if (told.result) Object.assign(told.result, { summary: evil, call_purpose: evil, interests: [evil] });
      body = Buffer.from(JSON.stringify(told));
    }
    delete headers['content-encoding'];
    delete headers['content-length'];
    return route.fulfill({ status: response.status(), headers, body });
  });
  await page.context().addCookies([{ name: 'dialix', value: world.client.cookie.split('=')[1], url }]);
  return page;
}

async function settled() {
  for (let tries = 0; tries < 600; tries += 1) {
    const { status } = await world.client.call('GET', `/records/${record.id}`);
    if (status === 'COMPLETED' || status === 'FAILED') return status;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('the call was not analysed');
}

for (const policy of [true, false]) {
  test(`nothing that was stored runs, ${policy ? 'with' : 'and the policy is not what stops it:'} the content security policy${policy ? '' : ' taken away'}`, async () => {
    assert.equal(await settled(), 'COMPLETED');
    const page = await openPage({ policy });
    for (const [path, shown] of [['/calls', evil], [`/calls/${record.id}`, evil], ['/operators', evil], ['/admin/profile', null], ['/', null]]) {
      await page.goto(url + path);
      await page.getByRole('main').first().waitFor();
      if (shown) await page.getByText('window.stolen=1', { exact: false }).first().waitFor();
      await page.waitForLoadState('networkidle').catch(() => undefined);
      assert.equal(await page.evaluate(() => window.stolen), undefined, `${path} ran what was stored`);
      assert.equal(await page.locator('img[src="x"], svg[onload], main script').count(), 0, `${path} made elements of what was stored`);
    }
    await page.context().close();
  });
}
