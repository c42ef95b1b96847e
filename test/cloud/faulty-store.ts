import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

/** What becomes of a request: passed on, answered with a status, cut off after so many bytes of its answer, or never answered. */
export type Fate = 'pass' | { status: number } | { cutAfter: number } | 'hang up';

/** Stands between Elute and a store, and decides request by request; its address. */
export function useFaultyStores(): (
  decide: (request: IncomingMessage) => Fate | Promise<Fate>,
) => Promise<string> {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });
  return async (decide) => {
    const server = createServer(async (asked, answer) =>
      carryOut(await decide(asked), asked, answer),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
}

function carryOut(fate: Fate, asked: IncomingMessage, answer: ServerResponse): void {
  if (fate === 'hang up') return void asked.socket.destroy();
  if (fate !== 'pass' && 'status' in fate) return void answer.writeHead(fate.status).end();
  const store = new URL(process.env['ELUTE_TEST_AWS'] ?? '');
  const { method, url: path, headers } = asked;
  const passed = request({ host: store.hostname, port: store.port, method, path, headers });
  asked.pipe(passed);
  passed.on('error', () => answer.destroy());
  passed.on('response', (response) => {
    answer.writeHead(response.statusCode ?? 500, response.headers);
    if (fate === 'pass') return void response.pipe(answer);
    passUpTo(fate.cutAfter, response, answer);
  });
}

function passUpTo(limit: number, response: IncomingMessage, answer: ServerResponse): void {
  let left = limit;
  response.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, left);
    left -= part.length;
    answer.write(part, () => left === 0 && answer.destroy());
  });
  response.on('end', () => answer.end());
}
