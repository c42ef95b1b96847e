import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { makeApp } from '../../src/api/app.ts';
import { makeLoginCodes } from '../../src/api/login-codes.ts';
import { makeLogger } from '../../src/jobs/log.ts';
import { query } from '../support/database.ts';
import { useServers } from './server.ts';

const startServer = useServers();
const opened: (() => Promise<unknown>)[] = [];
const form = { 'content-type': 'application/x-www-form-urlencoded' };

// Registered after the servers, so that it runs before their databases go.
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

/** An application of its own, which is asked without a network, and what it has logged. */
async function openApp() {
  const { service, databaseUrl } = await startServer();
  const log = new PassThrough();
  const app = await makeApp(service, { logger: makeLogger(log) });
  opened.push(() => app.close());
  const logIn = (code: string) =>
    app.inject({ method: 'POST', url: '/login', headers: form, payload: `code=${code}` });
  const readLog = async () => {
    await app.close();
    log.end();
    return text(log);
  };
  return { app, databaseUrl, logIn, readLog, code: app.makeLoginPath().split('=')[1] ?? '' };
}

test('looking at the address spends nothing; the button logs in, once', async () => {
  const { app, code, logIn, databaseUrl } = await openApp();
  for (const method of ['GET', 'HEAD', 'GET'] as const) {
    const page = await app.inject({ method, url: `/login?code=${code}` });
    expect(page.statusCode).toBe(200);
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining(`default-src 'none'`),
    });
    expect(page.body).not.toMatch(/script|https?:/);
    if (method === 'GET') expect(page.body).toContain(code);
  }
  const first = await logIn(code);
  expect([first.statusCode, first.headers.location]).toEqual([303, '/api/v1/docs/']);
  expect(first.cookies).toEqual([
    {
      name: 'elute_session',
      value: expect.stringMatching(/^elute_\d+_[\w-]{43}$/),
      path: '/',
      httpOnly: true,
      sameSite: 'Strict',
      maxAge: 12 * 3600,
    },
  ]);
  const second = await logIn(code);
  expect([second.statusCode, second.json().code, second.cookies]).toEqual([
    403,
    'login_code_invalid',
    [],
  ]);
  const tokens = await query(
    databaseUrl,
    `select name, scopes, extract(epoch from expires_at - created_at)::int as seconds
     from elute.tokens where name = 'browser'`,
  );
  expect(tokens).toEqual([{ name: 'browser', scopes: ['admin'], seconds: 12 * 3600 }]);
});

test('a code holds for five minutes and not longer', () => {
  let now = 0;
  const codes = makeLoginCodes(() => now);
  const [early, late] = [codes.issue(), codes.issue()];
  expect(Buffer.from(early, 'base64url')).toHaveLength(32);
  now = 5 * 60_000 - 1;
  expect(codes.redeem(early)).toBe(true);
  now += 1;
  expect(codes.redeem(late)).toBe(false);
});

test.each(['', 'wrong', '%00', 'a'.repeat(43)])('code %j logs nobody in', async (code) => {
  const { logIn } = await openApp();
  const { statusCode, cookies } = await logIn(code);
  expect([statusCode, cookies]).toEqual([403, []]);
});

test('who tries out codes has to wait', async () => {
  const { logIn, code } = await openApp();
  for (let i = 0; i < 20; i++) expect((await logIn(`wrong${i}`)).statusCode).toBe(403);
  const refused = await logIn(code);
  expect([refused.statusCode, refused.json().code, Number(refused.headers['retry-after'])]).toEqual(
    [429, 'rate_limited', expect.any(Number)],
  );
});

test('the cookie is a token, for pages of our own; logging out takes it back', async () => {
  const { app, code, logIn } = await openApp();
  const { name = '', value = '' } = { ...(await logIn(code)).cookies[0] };
  const cookies = { [name]: value };
  const ask = (method: 'GET' | 'POST', url: string, headers = {}) =>
    app.inject({ method, url, cookies, headers: { host: 'lab.example', ...headers } });
  expect((await ask('GET', '/metrics')).statusCode).toBe(200);
  for (const origin of [undefined, 'http://evil.example', 'null', 'https://lab.example']) {
    const answer = await ask('POST', '/logout', { ...(origin && { origin }) });
    expect([origin, answer.statusCode, answer.json().code]).toEqual([
      origin,
      403,
      'origin_refused',
    ]);
  }
  const out = await ask('POST', '/logout', { origin: 'http://lab.example' });
  expect([out.statusCode, out.cookies[0]?.value]).toEqual([204, '']);
  expect((await ask('GET', '/metrics')).statusCode).toBe(401);
});

test('a program with a token does not log out by mistake', async () => {
  const { ask } = await startServer();
  expect((await ask('/logout', { method: 'POST' })).status).toBe(400);
  const metrics = await ask('/metrics');
  expect([metrics.status, await metrics.text()]).toEqual([200, expect.any(String)]);
});

test('neither a code nor a token comes into the log', async () => {
  const { app, code, logIn, readLog } = await openApp();
  await app.inject(`/login?code=${code}`);
  await app.inject(`/login/?code=${code}`);
  await app.inject(`//login?x=1&code=${code}`);
  const { value = '' } = { ...(await logIn(code)).cookies[0] };
  await app.inject({ url: '/metrics', headers: { authorization: `Bearer ${value}` } });
  await app.inject({ url: '/metrics', headers: { cookie: `elute_session=${value}` } });
  await app.inject(`/metrics?token=${value}`);
  const log = await readLog();
  expect(log).toContain('"url":"/metrics"');
  expect(log).not.toContain(code);
  expect(log).not.toContain(value.split('_')[2]);
});
