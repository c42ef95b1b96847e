import { truncateSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { loadRemotely, type RemoteWork } from '../../src/client/load-remotely.ts';
import type { ServiceSettings } from '../../src/config.ts';
import type { Service } from '../../src/jobs/service.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import { makeFixedSecret } from '../../src/secrets/secret.ts';
import { useServers } from '../api/server.ts';
import { query } from '../support/database.ts';
import { csv, usersHeader, writeFiles } from '../support/lab.ts';

const startServer = useServers();
const users = csv(usersHeader, '1,Ada,ada@lab.example,2024-01-01', 'x,Bo,b@lab.example,2024-01-02');

/** What to do with a request instead of passing it on as it is. */
type Interfere = (exchange: Exchange) => 'pass' | 'done';

interface Exchange {
  /** Such as `POST /api/v1/loads`. */
  readonly line: string;
  readonly from: IncomingMessage;
  readonly to: ServerResponse;
  /** Passes the request on, and gives its answer to this instead of to who asked. */
  readonly passOn: (take: (answer: IncomingMessage) => void) => void;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Stands between client and server. */
async function startProxy(target: string, interfere: Interfere): Promise<string> {
  const proxy = createServer((from, to) => {
    const passOn: Exchange['passOn'] = (take) => {
      const { method, headers } = from;
      const asked = request(`${target}${from.url}`, { method, headers }, take);
      asked.on('error', () => to.destroy());
      from.once('close', () => from.complete || asked.destroy());
      from.pipe(asked);
    };
    const line = `${from.method} ${from.url}`;
    if (interfere({ line, from, to, passOn }) === 'done') return;
    passOn((answer) => {
      to.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(to);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

interface Lab {
  readonly databaseUrl: string;
  readonly folder: string;
  readonly stages: string[];
  readonly retries: string[];
  readonly load: (signal?: AbortSignal) => ReturnType<typeof loadRemotely>;
}

async function makeLab(
  interfere: (exchange: Exchange, service: Service) => 'pass' | 'done',
  options: Partial<ServiceSettings> = {},
): Promise<Lab> {
  const server = await startServer(options);
  const url = await startProxy(server.url, (exchange) => interfere(exchange, server.service));
  const token = await server.makeToken('write');
  const paths = writeFiles(server.folder, { 'users.csv': users });
  const stages: string[] = [];
  const retries: string[] = [];
  const work = (signal: AbortSignal): RemoteWork => ({
    server: { url, token: makeFixedSecret(token) },
    signal,
    onSent: () => {},
    onWaiting: () => {},
    onProgress: ({ stage }) => stages.push(stage),
    onRetry: (reason) => retries.push(reason),
  });
  return {
    databaseUrl: server.databaseUrl,
    folder: server.folder,
    stages,
    retries,
    load: (signal = new AbortController().signal) => loadRemotely(work(signal), paths, {}),
  };
}

const loaded = {
  alreadyLoaded: [],
  leftOut: [],
  load: {
    loadId: 1,
    state: 'loaded',
    startedAt: expect.any(Date),
    files: [{ path: 'users.csv', counts: { read: 2, inserted: 1, rejected: 1 } }],
  },
};

test('an upload whose answer is lost is sent again, and loaded once', async () => {
  let lost = 0;
  const { load, retries, databaseUrl } = await makeLab(({ line, to, passOn }) => {
    if (line !== 'POST /api/v1/loads' || lost++ > 0) return 'pass';
    passOn((answer) => answer.resume().once('end', () => to.destroy()));
    return 'done';
  });
  expect(await load()).toMatchObject(loaded);
  expect(retries).toEqual([expect.stringContaining('cannot be reached')]);
  expect(await query(databaseUrl, 'select load_id from elute.loads')).toEqual([{ load_id: 1 }]);
});

test('a server that is starting is waited for', async () => {
  let refused = 0;
  const { load, retries } = await makeLab(({ line, from, to }) => {
    if (line !== 'POST /api/v1/loads' || refused++ > 0) return 'pass';
    from.resume();
    to.writeHead(503).end('no such backend');
    return 'done';
  });
  expect(await load()).toMatchObject(loaded);
  expect(retries).toEqual([expect.stringContaining('answers that no server is there (503).')]);
});

test('broken event streams are taken up where they broke', async () => {
  const seen: (string | undefined)[] = [];
  const interfere = ({ line, from, to }: Exchange, service: Service) => {
    if (!line.endsWith('/events')) return 'pass';
    seen.push(from.headers['last-event-id']?.toString());
    if (seen.length > 1) {
      // Now there is a worker: until here, the load has waited.
      const worker = startWorker({ ...service, options: { ...service.options, concurrency: 1 } });
      closing.push(() => worker.stop());
      return 'pass';
    }
    to.writeHead(200, { 'content-type': 'text/event-stream' });
    to.write('id: 1\nevent: state\ndata: {"state":"queued"}\n\nid: 2\nda', () => to.destroy());
    return 'done';
  };
  const { load, stages } = await makeLab(interfere, { concurrency: 0 });
  expect(await load()).toMatchObject(loaded);
  expect(seen).toEqual([undefined, '1']);
  expect(stages).toEqual(expect.arrayContaining(['survey', 'check', 'publish']));
});

test('without events, the load is asked for until it has ended', async () => {
  const { load, retries } = await makeLab(({ line, to }) => {
    if (!line.endsWith('/events')) return 'pass';
    to.writeHead(404).end();
    return 'done';
  });
  expect(await load()).toMatchObject(loaded);
  expect(retries).toEqual([]);
});

test('who interrupts while the files are sent has loaded nothing', async () => {
  const interruption = new AbortController();
  const { load, databaseUrl } = await makeLab(({ line, from }) => {
    if (line !== 'POST /api/v1/loads') return 'pass';
    from.pause();
    interruption.abort();
    return 'done';
  });
  await expect(load(interruption.signal)).rejects.toMatchObject({ code: 'interrupted' });
  expect(await query(databaseUrl, 'select from elute.loads')).toEqual([]);
});

test('a file that changes while it is sent is told at once', async () => {
  const { load, retries, folder, databaseUrl } = await makeLab(({ line }) => {
    // By now, no more of it can have been sent than fits into buffers.
    if (line === 'POST /api/v1/loads') truncateSync(join(folder, 'users.csv'), 10);
    return 'pass';
  });
  truncateSync(join(folder, 'users.csv'), 50_000_000);
  await expect(load()).rejects.toMatchObject({ code: 'file_changed' });
  expect(retries).toEqual([]);
  expect(await query(databaseUrl, 'select from elute.loads')).toEqual([]);
});

test('an address that only points to the server is not asked again', async () => {
  const { load, retries } = await makeLab(({ from, to }) => {
    from.resume();
    to.writeHead(301, { location: 'https://lab.example/' }).end();
    return 'done';
  });
  await expect(load()).rejects.toThrow('points to another address. Name that one with --server.');
  expect(retries).toEqual([]);
});

test('a server that is none of ours is not asked again', async () => {
  const { load, retries } = await makeLab(({ from, to }) => {
    from.resume();
    to.writeHead(404).end('<html>no such page</html>');
    return 'done';
  });
  await expect(load()).rejects.toThrow('does not answer as Elute does (404). Check --server.');
  expect(retries).toEqual([]);
});
