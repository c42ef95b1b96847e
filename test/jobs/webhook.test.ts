import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import type { ServiceSettings } from '../../src/config.ts';
import { insertQueuedLoad } from '../../src/database/service-loads.ts';
import { EluteError } from '../../src/errors.ts';
import { withService } from '../../src/jobs/open-service.ts';
import type { Service } from '../../src/jobs/service.ts';
import { checkWebhook } from '../../src/jobs/webhook/check-webhook.ts';
import { isPublicAddress } from '../../src/jobs/webhook/public-address.ts';
import { makeLookup, resolveHost } from '../../src/jobs/webhook/resolve-host.ts';
import { runWebhookTask } from '../../src/jobs/webhook-task.ts';
import { makeFixedSecret } from '../../src/secrets/secret.ts';
import { uploadFiles } from '../api/loads.ts';
import { testOptions, useServers } from '../api/server.ts';
import { useDatabases } from '../support/database.ts';
import { csv, makeContext, useFolders, usersHeader } from '../support/lab.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();
const startServer = useServers();
const key = 'a secret of the lab';
const webhookSecret = makeFixedSecret(key);
const privateWebhooks = true;

interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Receiver {
  readonly url: string;
  readonly received: Received[];
}

const receivers: Server[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) {
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  }
});

/** Answers with one status after the other, the last one again and again; 0 is no answer at all. */
async function startReceiver(...statuses: number[]): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    received.push({ path: request.url, headers: request.headers, body: await text(request) });
    const status = statuses.length > 1 ? statuses.shift() : statuses[0];
    if (!status) return;
    response.writeHead(status, { location: '/elsewhere' }).end('thank you');
  });
  receivers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook?key=not-to-be-logged`, received };
}

interface Lab {
  readonly service: Service;
  readonly logged: string[];
  /** A load that has ended as told, with this webhook. */
  readonly addLoad: (webhook: string, state?: 'failed' | 'running') => Promise<number>;
  readonly send: (loadId: number, timeoutMs?: number) => Promise<void>;
}

async function withLab(
  given: Partial<ServiceSettings>,
  work: (lab: Lab) => Promise<void>,
): Promise<void> {
  const folder = makeFolder();
  const { settings } = makeContext(await makeDatabase(), folder);
  const options = { ...testOptions, uploadDirectory: folder, webhookSecret, ...given };
  const logged: string[] = [];
  const log: Service['log'] = (level, message) => {
    if (level !== 'debug' && level !== 'info') logged.push(`${level}: ${message}`);
  };
  await withService({ settings, options, log }, (service) =>
    work({
      service,
      logged,
      addLoad: (webhook, state = 'failed') => addLoad(service, webhook, state),
      send: (loadId, timeoutMs = 60_000) =>
        runWebhookTask(service, loadId, {
          attempt: { attempts: 1, max_attempts: 8 },
          stopping: new AbortController().signal,
          timeoutMs,
        }),
    }),
  );
}

async function addLoad(
  { database }: Service,
  webhook: string,
  state: 'failed' | 'running',
): Promise<number> {
  const load = { folder: '/', sources: [], reading: {}, force: false, featuresOnly: false };
  const loadId = await database.withClient((client) =>
    insertQueuedLoad(client, {
      request: { load, isPlan: false, webhook },
      requestedBy: 'test',
      requestId: 'r1',
      idempotencyKey: undefined,
    }),
  );
  await database.query(
    `update elute.loads set state = $2, error_code = 'empty_file', error_message = 'It is empty.',
       finished_at = case when $2 = 'failed' then clock_timestamp() end
     where load_id = $1`,
    [loadId, state],
  );
  return loadId ?? 0;
}

test('tells the end of a load, signed by the Standard Webhooks scheme', async () => {
  const { url, received } = await startReceiver(204);
  await withLab({ privateWebhooks }, async ({ addLoad, send, logged }) => {
    const loadId = await addLoad(url);
    await send(loadId);
    expect(logged).toEqual([]);
    const [{ path, headers, body } = fail()] = received;
    expect(path).toBe('/hook?key=not-to-be-logged');
    expect(JSON.parse(body)).toEqual({
      type: 'load.finished',
      timestamp: expect.any(String),
      loadId,
      state: 'failed',
      startedAt: expect.any(String),
      finishedAt: expect.any(String),
      files: { loaded: 0, alreadyLoaded: 0, leftOut: 0 },
      counts: expect.objectContaining({ read: 0, inserted: 0, rejected: 0 }),
      error: { code: 'empty_file', message: 'It is empty.' },
    });
    expect(headers['content-type']).toBe('application/json');
    expect(headers['webhook-signature']).toBe(sign(headers, body, key));
  });
});

test('a load that was asked for with a webhook tells its receipt there', async () => {
  const receiver = await startReceiver(200);
  const server = await startServer({ webhookSecret, privateWebhooks });
  const files = { 'users.csv': csv(usersHeader, '1,Ada,ada@lab.example,2024-01-01', 'x,Bo,,') };
  expect((await uploadFiles(server, files, { webhook: receiver.url })).status).toBe(202);
  await expect.poll(() => receiver.received.length, { timeout: 60_000 }).toBe(1);
  expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({
    loadId: 1,
    state: 'loaded',
    files: { loaded: 1 },
    counts: { read: 2, inserted: 1, rejected: 1 },
  });
  const refused = await uploadFiles(server, files, { webhook: 'ftp://lab.example/' });
  expect([refused.status, await refused.json()]).toMatchObject([400, { code: 'invalid_request' }]);
});

test('a key written as whsec_ and base64 signs with its bytes', async () => {
  const { url, received } = await startReceiver(200);
  const key = Buffer.from('twenty-four bytes of key');
  const secret = `whsec_${key.toString('base64')}`;
  await withLab(
    { privateWebhooks, webhookSecret: makeFixedSecret(secret) },
    async ({ addLoad, send }) => {
      await send(await addLoad(url));
      const [{ headers, body } = fail()] = received;
      expect(headers['webhook-signature']).toBe(sign(headers, body, key));
    },
  );
});

test('a key that was changed signs the next message', async () => {
  const { url, received } = await startReceiver(200);
  const keys = ['the key until now', 'the key from now on'];
  const read = async () => keys[received.length] ?? '';
  await withLab(
    { privateWebhooks, webhookSecret: { read, refresh: read } },
    async ({ addLoad, send }) => {
      for (const _ of keys) await send(await addLoad(url));
      expect(received.map(({ headers }) => headers['webhook-signature'])).toEqual(
        received.map(({ headers, body }, index) => sign(headers, body, keys[index] ?? '')),
      );
      expect(received).toHaveLength(2);
    },
  );
});

test('a service whose key cannot be read does not start', async () => {
  const fault = new EluteError('secret_unreadable', 'no such file');
  const read = () => Promise.reject(fault);
  const opened = withLab({ webhookSecret: { read, refresh: read } }, async () => {});
  await expect(opened).rejects.toBe(fault);
});

test.each([500, 503, 408, 425, 429])(
  '%i is tried again, with the same id and body',
  async (status) => {
    const { url, received } = await startReceiver(status, 200);
    await withLab({ privateWebhooks }, async ({ addLoad, send, logged }) => {
      const loadId = await addLoad(url);
      await expect(send(loadId)).rejects.toThrow(
        `the webhook of load ${loadId} to ${new URL(url).host}: the receiver answered ${status}`,
      );
      await send(loadId);
      const [first, second] = received.map(({ headers, body }) => [headers['webhook-id'], body]);
      expect(second).toEqual(first);
      expect(received).toHaveLength(2);
      expect(logged).toEqual([]);
    });
  },
);

test.each([301, 302, 307, 400, 401, 404, 410])(
  '%i is final: logged without the address, not tried again, not followed',
  async (status) => {
    const { url, received } = await startReceiver(status);
    await withLab({ privateWebhooks }, async ({ addLoad, send, logged }) => {
      const loadId = await addLoad(url);
      await send(loadId);
      const { host } = new URL(url);
      expect(logged).toEqual([
        `warn: the webhook of load ${loadId} to ${host}: the receiver answered ${status}; it is given up`,
      ]);
      expect(received.map(({ path }) => path)).toEqual(['/hook?key=not-to-be-logged']);
    });
  },
);

test('a receiver that does not answer is given up in time, and tried again', async () => {
  const { url } = await startReceiver(0);
  await withLab({ privateWebhooks }, async ({ addLoad, send }) => {
    await expect(send(await addLoad(url), 300)).rejects.toThrow('did not answer in time');
  });
});

test('a receiver that is away is tried again', async () => {
  const { url } = await startReceiver(200);
  const server = receivers.pop();
  await new Promise((resolve) => server?.close(resolve));
  await withLab({ privateWebhooks }, async ({ addLoad, send }) => {
    await expect(send(await addLoad(url))).rejects.toThrow('cannot be reached (ECONNREFUSED)');
  });
});

test('nothing is sent of a load that has no end yet', async () => {
  const { url, received } = await startReceiver(200);
  await withLab({ privateWebhooks }, async ({ addLoad, send }) => {
    await send(await addLoad(url, 'running'));
    expect(received).toEqual([]);
  });
});

test('a private address is never asked, also by a name', async () => {
  const { url, received } = await startReceiver(200);
  const { port } = new URL(url);
  await withLab({}, async ({ addLoad, send, logged }) => {
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433'])
      await send(await addLoad(`http://${host}:${port}/`));
    expect(logged).toHaveLength(4);
    for (const line of logged)
      expect(line).toContain('private addresses are not allowed; it is given up');
    expect(received).toEqual([]);
  });
});

test('a connection goes to the address that was checked, whatever the name stands for by then', async () => {
  const addresses = await resolveHost('192.0.2.7', true);
  const lookUp = makeLookup(addresses);
  const all = await new Promise((resolve) =>
    lookUp('localhost', { all: true }, (_, found) => resolve(found)),
  );
  expect(all).toEqual([{ address: '192.0.2.7', family: 4 }]);
  const one = await new Promise((resolve) =>
    lookUp('localhost', {}, (_, address, family) => resolve([address, family])),
  );
  expect(one).toEqual(['192.0.2.7', 4]);
});

test.each([
  ['8.8.8.8', true],
  ['172.15.255.255', true],
  ['172.32.0.1', true],
  ['100.128.0.1', true],
  ['2a00:1450::1', true],
  ['2606:4700::1111', true],
  ['0.0.0.0', false],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['127.0.0.1', false],
  ['127.255.255.254', false],
  ['169.254.169.254', false],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['192.0.0.192', false],
  ['192.168.1.1', false],
  ['198.18.0.1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::7f00:1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:8.8.8.8', false],
  ['64:ff9b::a9fe:a9fe', false],
  ['2001::1', false],
  ['2002:7f00:1::', false],
  ['2001:db8::1', false],
  ['fc00::1', false],
  ['fd00:ec2::254', false],
  ['fe80::1', false],
  ['fec0::1', false],
  ['ff02::1', false],
])('%s is of the public internet: %s', (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

const privateAddress =
  'The webhook leads to a private address, which this server allows only with --private-webhooks yes.';
const noAddress = 'The webhook must be an address such as https://lab.example/elute.';

test.each([
  ['https://lab.example/elute', undefined],
  ['http://8.8.8.8:8080/', undefined],
  ['lab.example', noAddress],
  ['ftp://lab.example/', noAddress],
  ['file:///etc/passwd', noAddress],
  ['', noAddress],
  [
    'https://user:password@lab.example/',
    'The webhook must hold no user and no password; its signature says who sends it.',
  ],
  ['http://localhost:9/', privateAddress],
  ['http://LOCALHOST./', privateAddress],
  ['http://api.localhost/', privateAddress],
  ['http://127.0.0.1/', privateAddress],
  ['http://127.1/', privateAddress],
  ['http://2130706433/', privateAddress],
  ['http://0x7f000001/', privateAddress],
  ['http://0177.0.0.1/', privateAddress],
  ['http://１２７.0.0.1/', privateAddress],
  ['http://0/', privateAddress],
  ['http://169.254.169.254/latest/meta-data/', privateAddress],
  ['http://[::1]/', privateAddress],
  ['http://[::ffff:10.0.0.1]/', privateAddress],
  ['http://[fd00:ec2::254]/', privateAddress],
])('a load that asks for the webhook %s', (webhook, fault) => {
  const check = () => checkWebhook(webhook, { webhookSecret, privateWebhooks: false });
  if (fault === undefined) expect(check).not.toThrow();
  else expect(check).toThrow(expect.objectContaining({ code: 'invalid_request', message: fault }));
});

test('private addresses where they are allowed, and no webhooks without a secret', () => {
  checkWebhook('http://localhost:9/', { webhookSecret, privateWebhooks: true });
  expect(() =>
    checkWebhook('https://lab.example/', { webhookSecret: undefined, privateWebhooks: true }),
  ).toThrow('This server sends no webhooks');
});

/** What a receiver computes to compare. */
function sign(headers: IncomingMessage['headers'], body: string, key: string | Buffer): string {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

function fail(): never {
  throw new Error('nothing was received');
}
