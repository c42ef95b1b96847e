import { pino } from 'pino';
import { expect, test } from 'vitest';
import { makeApp } from '../../src/api/app.ts';
import { parseProxies } from '../../src/settings/parse.ts';
import { readProblem } from './problem.ts';
import { type Server, useServers } from './server.ts';

const startServer = useServers();
/** The tests are the proxy: they ask from this address. */
const trusted = { trustedProxies: ['127.0.0.0/8'] };
const others = { trustedProxies: ['192.0.2.1', '2001:db8::/32'] };

/** What a proxy sends on that ended TLS for lab.example. */
const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'lab.example' };

test.each([
  ['by a trusted proxy', trusted, forwarded, 204],
  ['by one that is not trusted', others, forwarded, 403],
  ['where none is trusted', {}, forwarded, 403],
  ['by a trusted proxy without TLS', trusted, { ...forwarded, 'x-forwarded-proto': 'http' }, 403],
  ['to another name', trusted, { ...forwarded, 'x-forwarded-host': 'evil.example' }, 403],
])("a browser's change, forwarded %s", async (_, options, headers, status) => {
  const { ask, makeToken } = await startServer(options);
  const cookie = `elute_session=${await makeToken('read')}`;
  const response = await ask('/logout', {
    method: 'POST',
    token: null,
    headers: { ...headers, cookie, origin: 'https://lab.example' },
  });
  expect(response.status).toBe(status);
});

test.each([
  ['secure where a trusted proxy has ended TLS', trusted, true],
  ['not so for anybody else', others, false],
])('the cookie of a login is %s', async (_, options, isSecure) => {
  const { service } = await startServer(options);
  const app = await makeApp(service, { logger: pino({ level: 'silent' }) });
  const payload = { code: app.makeLoginPath().split('=')[1] };
  const headers = { ...forwarded, 'content-type': 'application/json' };
  const { cookies } = await app
    .inject({ method: 'POST', url: '/login', headers, payload })
    .finally(() => app.close());
  expect(cookies.map(({ secure }) => secure ?? false)).toEqual([isSecure]);
});

test('wrong tokens count for the address that a trusted proxy names', async () => {
  const server = await startServer(trusted);
  await useGuessesUp(server, '203.0.113.7');
  expect(await guess(server, '203.0.113.7')).toBe('rate_limited');
  expect(await guess(server, '203.0.113.8')).toBe('token_invalid');
  // What a client writes there itself stands before what the proxy adds.
  expect(await guess(server, '203.0.113.9, 203.0.113.7')).toBe('rate_limited');
});

test.each([
  ['that is not trusted', others],
  ['where none is trusted', {}],
])('whoever asks by a proxy %s cannot choose an address', async (_, options) => {
  const server = await startServer(options);
  await useGuessesUp(server, '203.0.113.7');
  expect(await guess(server, '203.0.113.8')).toBe('rate_limited');
});

test.each([
  ['10.0.0.0/8, 127.0.0.1,2001:db8::/32,::1', ['10.0.0.0/8', '127.0.0.1', '2001:db8::/32', '::1']],
  ...['', 'yes', 'loopback', '10.0.0.0/0', '10.0.0.0/33', '::/129', '10.0.0.1/x', '10.0.0.1,'].map(
    (text): [string, undefined] => [text, undefined],
  ),
])('proxies %j are read as %j', (text, proxies) => {
  expect(parseProxies(text)).toEqual(proxies);
});

async function useGuessesUp(server: Server, address: string): Promise<void> {
  for (let i = 0; i < 20; i++) expect(await guess(server, address)).toBe('token_invalid');
}

async function guess({ ask }: Server, address: string): Promise<string> {
  const headers = { 'x-forwarded-for': address };
  return (await readProblem(await ask('/metrics', { token: 'guess', headers }))).code;
}
