import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve } from '../../src/api/serve.ts';
import { makeLogger } from '../../src/jobs/log.ts';
import { withService } from '../../src/jobs/open-service.ts';
import { makeFixedSecret } from '../../src/secrets/secret.ts';
import { readAnswer, uploadFiles, waitForEnd } from '../api/loads.ts';
import { testOptions } from '../api/server.ts';
import { faultyFiles, goodFiles, runElute } from '../cli/run-elute.ts';
import { makeContext, useFolders, writeFiles } from '../support/lab.ts';
import { type LoginServer, startLoginServer } from '../support/login-server.ts';
import { type Process, useProcesses } from '../support/processes.ts';

/** Stands in every secret of these tests; must stand nowhere else. */
const marker = 'mArKeR';
const password = `${marker}/of?the#database%`;
const webhookKey = `${marker} that signs webhooks`;
const database = () => server.lab.replace('//', `//ada:${encodeURIComponent(password)}@`);

const makeFolder = useFolders();
const startProcess = useProcesses();
let server: LoginServer;
let receiver: Server;
let webhook = '';
/** What the receiver of webhooks was sent. */
let received = '';

beforeAll(async () => {
  server = await startLoginServer(password);
  // The first message is not taken, for its fault to be logged.
  let status = 500;
  receiver = createServer(async (request, response) => {
    received += `${request.rawHeaders.join('\n')}\n${await text(request)}\n`;
    response.writeHead(status).end();
    status = 200;
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  webhook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
});

afterAll(async () => {
  await new Promise((resolve) => receiver.close(resolve));
  await server.remove();
});

test('commands tell no secret, whether they succeed or fail', async () => {
  const cwd = makeFolder();
  writeFiles(cwd, {
    ...faultyFiles,
    'elute.toml': 'threads = 1\n',
    short: marker,
    'no-address': `mysql://lab:${marker}@db/lab\n`,
    'wrong-password': `${marker} of old\n`,
  });
  const run = async (env: Record<string, string>, ...args: string[]) => {
    const { exitCode, stdout, stderr } = await runElute(args, { cwd, env });
    expect(stdout + stderr, args.join(' ')).not.toBe('');
    return { exitCode, printed: stdout + stderr };
  };
  const env = { DATABASE_URL: database() };
  const separate = { DATABASE_URL: server.lab, DATABASE_USER: 'ada' };
  const outcomes = await Promise.all([
    run(env, 'load', '.', '--json'),
    run(env, 'generate', 'big', '--experiments', '10'),
    run({ DATABASE_URL: `${marker}://db` }, 'loads'),
    run({ DATABASE_URL: `postgresql://ada:${marker}@127.0.0.1:1/lab` }, 'loads'),
    run({ DATABASE_URL_FILE: 'no-address' }, 'loads'),
    run({ ...separate, DATABASE_PASSWORD_FILE: 'wrong-password' }, 'loads'),
    run({ ...separate, DATABASE_PASSWORD: marker, DATABASE_PASSWORD_FILE: 'short' }, 'loads'),
    run({ ...env, ELUTE_WEBHOOK_SECRET: marker }, 'serve'),
    run({ ...env, ELUTE_WEBHOOK_SECRET_FILE: 'short' }, 'worker'),
    run({ ELUTE_TOKEN: `${marker} ${marker}` }, 'load', '.', '--server', 'http://127.0.0.1:1'),
  ]);
  expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([3, 0, 2, 2, 2, 2, 2, 2, 2, 2]);
  for (const { printed } of outcomes) expect(printed).not.toContain(marker);
  // The one command that is there to tell it, to who may use it anyway.
  const { printed } = await run(env, 'database', 'url');
  expect(printed).toBe(`${database()}\n`);
});

interface Lab {
  readonly cwd: string;
  readonly address: string;
  readonly token: string;
  readonly processes: readonly Process[];
  /** Asks the server, keeping the answer. */
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>;
  readonly answers: string[];
  /** Puts a password where the processes look for it. */
  readonly writePassword: (text: string) => void;
}

/** A server that only answers, and a worker; a token that they know. */
async function startLab(): Promise<Lab> {
  const cwd = makeFolder();
  const writePassword = (content: string) => void writeFiles(cwd, { password: `${content}\n` });
  writePassword(password);
  writeFiles(cwd, { key: webhookKey });
  const env = {
    DATABASE_URL: server.lab,
    DATABASE_USER: 'ada',
    DATABASE_PASSWORD_FILE: 'password',
    ELUTE_WEBHOOK_SECRET_FILE: 'key',
    ELUTE_PRIVATE_WEBHOOKS: 'yes',
  };
  const made = await runElute(['token', 'create', 'robot', '--scope', 'write'], { cwd, env });
  const token = made.stdout.trim();
  const api = startProcess(['serve', '--port', '0', '--concurrency', '0'], { cwd, env });
  const worker = startProcess(['worker'], { cwd, env });
  const address = await api.until(/http:\/\/127\.0\.0\.1:\d+(?=\n)/);
  await worker.until(/working/);
  const answers: string[] = [];
  const ask = async (path: string, { headers, ...init }: RequestInit = {}) => {
    const response = await fetch(address + path, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    answers.push(await response.clone().text());
    return response;
  };
  return { cwd, address, token, processes: [api, worker], ask, answers, writePassword };
}

const isReady = ({ ask }: Lab, status: number) =>
  expect.poll(async () => (await ask('/readyz')).status, { timeout: 60_000 }).toBe(status);

test('server and worker tell none through loads, webhooks, outages and refused logins', async () => {
  const lab = await startLab();
  const { ask, answers, processes, token } = lab;
  const { loadId } = await readAnswer(await uploadFiles(lab, goodFiles, { webhook }));
  expect((await waitForEnd(lab, loadId)).state).toBe('loaded');
  writeFiles(lab.cwd, goodFiles);
  const load = (key: string) =>
    runElute(['load', 'users.csv'], {
      cwd: lab.cwd,
      env: { ELUTE_SERVER: lab.address, ELUTE_TOKEN: key },
    });
  const clients = [await load(token), await load(`elute_1_${marker}`)];
  for (const path of ['/api/v1/loads', '/metrics', '/nowhere', `/api/v1/features?token=${token}`])
    await ask(path);
  await ask('/api/v1/loads', { headers: { authorization: `Bearer elute_1_${marker}` } });
  const commandLines = readCommandLines();
  await expect
    .poll(() => received, { timeout: 60_000 })
    .toMatch(/webhook-signature[\s\S]*webhook-signature/);

  await server.stop();
  await isReady(lab, 503);
  await ask('/api/v1/loads');
  await server.start();
  await isReady(lab, 200);

  await server.administer(`alter role ada password '${marker} of today'`);
  await server.disconnect();
  await isReady(lab, 503);
  await ask('/api/v1/loads');
  await processes[1]?.until(/refused|authentication failed/);
  lab.writePassword(`${marker} of today`);
  await isReady(lab, 200);
  const next = await readAnswer(await uploadFiles(lab, goodFiles, { force: true, webhook }));
  expect((await waitForEnd(lab, next.loadId)).state).toBe('loaded');
  for (const process of processes) expect(await process.stop()).toBe(0);
  await server.administer(`alter role ada password '${password}'`);

  const told = [
    ...processes.map(({ printed }) => printed()),
    ...answers,
    ...clients.map(({ stdout, stderr }) => stdout + stderr),
    received,
    commandLines,
  ].join('\n');
  expect(told).toContain('refused the login');
  expect(told).toContain('the receiver answered 500');
  expect(told).toContain('elute_loads');
  expect(clients[1]?.stderr).toContain('The token is wrong');
  if (existsSync('/proc/self/cmdline')) expect(commandLines).toContain('--concurrency');
  expect(told).not.toContain(marker);
  // A client may name its own token where it does not belong; the log takes it out all the same.
  expect(processes.map(({ printed }) => printed()).join('\n')).not.toContain(token);
});

/** Of all processes of the machine, as everybody on it can see them; nothing where there is no /proc. */
function readCommandLines(): string {
  const read = (id: string) => {
    try {
      return readFileSync(join('/proc', id, 'cmdline'), 'utf8');
    } catch {
      return ''; // It has ended by now.
    }
  };
  const ids = existsSync('/proc/self/cmdline') ? readdirSync('/proc') : [];
  return ids
    .filter((id) => /^\d+$/.test(id))
    .map(read)
    .join('\n');
}

test('nor does the log at its most talkative', async () => {
  const folder = makeFolder();
  let logged = '';
  const logger = makeLogger({
    write: (line) => {
      logged += line;
    },
  });
  logger.level = 'trace';
  const { settings } = makeContext(database(), folder);
  const options = {
    ...testOptions,
    uploadDirectory: join(folder, 'uploads'),
    webhookSecret: makeFixedSecret(webhookKey),
    privateWebhooks: true,
  };
  const stopping = new AbortController();
  await withService({ settings, options, log: (level, line) => logger[level](line) }, (service) =>
    serve(service, {
      logger,
      signal: stopping.signal,
      onListening: async (address) => {
        await fetch(`${address}/readyz`);
        await server.administer(`alter role ada password '${marker} of today'`);
        await server.disconnect();
        await expect
          .poll(() => logged, { timeout: 60_000 })
          .toMatch(/authentication failed|refused/);
        await server.administer(`alter role ada password '${password}'`);
        await expect
          .poll(async () => (await fetch(`${address}/readyz`)).status, { timeout: 60_000 })
          .toBe(200);
        stopping.abort();
      },
    }),
  );
  expect(logged).toContain('"level":20');
  expect(logged).not.toContain(marker);
});
