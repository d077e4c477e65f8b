// Makes the world of the story over the same HTTP API that everybody uses: a company with money, an operator, a
// checklist and a person. With DIALIX_E2E_EMAIL and DIALIX_E2E_PASSWORD the story uses that account's company instead.
export const url = process.env.DIALIX_URL?.replace(/\/$/, '');

class Client {
  cookie = '';
  query = '';

  async call(method, path, body) {
    const response = await fetch(`${url}/api/v1${path}${this.query}`, {
      method,
      headers: {
        Origin: url,
        ...(this.cookie ? { Cookie: this.cookie } : {}),
        ...(body ? { 'Content-Type': 'application/json' } : {}),
      },
      body: body ? JSON.stringify(body) : undefined,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    const cookie = response.headers.getSetCookie()[0];
    if (cookie) this.cookie = cookie.split(';')[0];
    return text ? JSON.parse(text) : null;
  }

  login(login, password) {
    return this.call('POST', '/auth/login', { login, password });
  }
}

export async function as(login, password) {
  const client = new Client();
  await client.login(login, password);
  return client;
}

export async function makeWorld() {
  const { DIALIX_E2E_EMAIL: email, DIALIX_E2E_PASSWORD: password, DIALIX_ADMIN_EMAIL, DIALIX_ADMIN_PASSWORD } = process.env;
  if (email && password) return { email, password, client: await as(email, password), ours: false };

  const admin = await as(DIALIX_ADMIN_EMAIL, DIALIX_ADMIN_PASSWORD);
  const mark = `${Date.now().toString(36)}`;
  const company = await admin.call('POST', '/companies', { name: `Browser story ${mark}`, timezone: 'Asia/Tashkent', language: 'en' });
  await admin.call('POST', `/companies/${company.id}/topup`, { amount_minor: 10_000_000, comment: 'e2e' });
  admin.query = `?company_id=${company.id}`;
  await admin.call('POST', '/operators', { code: '101', name: 'Aziz Rahimov', active: true });
  const checklist = await admin.call('POST', '/checklists', {
    title: 'Sales call',
    segments: [
      {
        title: 'Opening',
        questions: [
          { text: 'Did the operator greet the customer?', weight: 2, keywords: ['good morning', 'hello', 'welcome'], asked_of: 'operator' },
          { text: 'Did the operator offer insurance?', weight: 1, keywords: ['insurance'], asked_of: 'operator' },
        ],
      },
    ],
  });
  await admin.call('POST', `/checklists/${checklist.id}/activate`);
  const person = { email: `e2e-${mark}@example.uz`, password: `Story-${mark}-secret`, name: 'Dilnoza Karimova', role: 'company_admin' };
  await admin.call('POST', '/accounts', person);
  return { ...person, client: await as(person.email, person.password), admin, company, mark, ours: true };
}
