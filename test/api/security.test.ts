import { expect, test } from 'vitest';
import { listUploads } from './loads.ts';
import { readProblem } from './problem.ts';
import { useServers } from './server.ts';

const startServer = useServers();
const origin = 'https://lab.example';

test('one token has so many requests a minute; others go on', async () => {
  const { ask, makeToken } = await startServer({ rateLimit: 3 });
  const [busy, other] = [await makeToken('read'), await makeToken('read')];
  for (let i = 0; i < 3; i++) expect((await ask('/metrics', { token: busy })).status).toBe(200);
  const refused = await ask('/metrics', { token: busy });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await readProblem(refused)).toEqual({ status: 429, code: 'rate_limited' });
  expect((await ask('/metrics', { token: other })).status).toBe(200);
});

test('guesses at a token are stopped, also a right one after them', async () => {
  const { ask, makeToken } = await startServer();
  const [hunted, other] = [await makeToken('admin'), await makeToken('read')];
  const prefix = hunted.split('_').slice(0, 2).join('_');
  const guess = (i: number) =>
    ask('/metrics', { token: `${prefix}_${String(i).padStart(43, 'a')}` });
  for (let i = 0; i < 20; i++) {
    expect(await readProblem(await guess(i))).toEqual({ status: 401, code: 'token_invalid' });
  }
  for (const response of [await guess(20), await ask('/metrics', { token: hunted })]) {
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await readProblem(response)).toEqual({ status: 429, code: 'rate_limited' });
  }
  expect((await ask('/metrics', { token: other })).status).toBe(200);
});

test('tokens that are none at all are stopped as well, however they vary', async () => {
  const { ask } = await startServer();
  for (let i = 0; i < 20; i++) {
    const { code } = await readProblem(await ask('/metrics', { token: `guess${i}` }));
    expect(code).toBe('token_invalid');
  }
  const { code } = await readProblem(await ask('/metrics', { token: 'another' }));
  expect(code).toBe('rate_limited');
});

test('pages of other origins may read nothing, unless an origin is named', async () => {
  const closed = await startServer();
  const open = await startServer({ origins: [origin] });
  const allowed = async ({ ask }: typeof open, from: string) => {
    const { headers } = await ask('/healthz', { headers: { origin: from } });
    return headers.get('access-control-allow-origin');
  };
  expect(await allowed(closed, origin)).toBeNull();
  expect(await allowed(open, 'https://evil.example')).toBeNull();
  expect(await allowed(open, origin)).toBe(origin);
});

test('a named origin may ask beforehand, without a token', async () => {
  const { ask } = await startServer({ origins: [origin] });
  const response = await ask('/api/v1/loads', {
    token: null,
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, idempotency-key',
    },
  });
  expect(response.status).toBe(204);
  expect(response.headers.get('access-control-allow-methods')).toContain('DELETE');
  expect(response.headers.get('access-control-allow-headers')).toContain('idempotency-key');
  expect(response.headers.get('access-control-allow-credentials')).toBeNull();
});

test.each(['/healthz', '/metrics', '/no-such-path', '/api/v1/docs/', '/api/v1/openapi.json'])(
  'every answer has the headers that guard browsers: %s',
  async (path) => {
    const { ask } = await startServer();
    const { headers } = await ask(path, { token: null });
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'.*frame-ancestors 'none'/,
      ),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
    });
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  },
);

test('an upload that is cut or malformed is refused, and leaves nothing', async () => {
  const { ask, service } = await startServer();
  const part = '--b\r\ncontent-disposition: form-data; name="files"; filename="a.csv"\r\n';
  const bodies: [string, string][] = [
    ['multipart/form-data', 'x'],
    ['multipart/form-data; boundary=', 'x'],
    [`multipart/form-data; boundary=${'b'.repeat(300)}`, 'x'],
    ['multipart/form-data; boundary=b', ''],
    ['multipart/form-data; boundary=b', 'x'],
    ['multipart/form-data; boundary=b', '--b--'],
    ['multipart/form-data; boundary=b', '--b\r\nNone--b--\r\n'],
    ['multipart/form-data; boundary=b', part],
    ['multipart/form-data; boundary=b', `${part}\r\nuser_id,na`],
    ['multipart/form-data; boundary=b', `${part}\r\nuser_id\r\n--b\r\n`],
    ['multipart/form-data; boundary=b', `${part.replace('files', '__proto__')}\r\nx\r\n--b--\r\n`],
  ];
  for (const [type, body] of bodies) {
    const init = { method: 'POST', headers: { 'content-type': type }, body };
    const problem = await readProblem(await ask('/api/v1/loads', init));
    expect([type, body, problem]).toEqual([type, body, { status: 400, code: 'invalid_request' }]);
  }
  expect(listUploads({ service })).toEqual([]);
});

test('a request cannot choose its id, by which it is found in the log', async () => {
  const { ask } = await startServer();
  const { headers } = await ask('/healthz', {
    headers: { 'request-id': 'x', 'x-request-id': 'x' },
  });
  expect(headers.get('x-request-id')).not.toBe('x');
});
