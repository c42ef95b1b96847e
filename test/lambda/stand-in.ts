import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach } from 'vitest';

export interface Asked {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** An answer, or none for ever. */
export type Answer = { status: number; body: unknown } | 'silence';

export interface StandIn {
  readonly url: () => string;
  /** The requests that came, in their order. */
  readonly asked: Asked[];
  /** What is answered next, in order; the last of them again and again. */
  readonly answers: Answer[];
}

/** A server that answers what it is told to; one for each test. */
export function useStandIn(): StandIn {
  const asked: Asked[] = [];
  const answers: Answer[] = [];
  let server: Server;
  beforeEach(async () => {
    asked.length = 0;
    answers.length = 0;
    server = createServer(async (from, to) => {
      asked.push({
        line: `${from.method} ${from.url}`,
        headers: from.headers,
        body: await json(from),
      });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === undefined || answer === 'silence') return;
      to.writeHead(answer.status, { 'content-type': 'application/json' });
      to.end(JSON.stringify(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked, answers };
}

export const accepted: Answer = {
  status: 202,
  body: { loadId: 7, state: 'queued', startedAt: '2024-01-01T00:00:00Z', files: [] },
};

export function problem(status: number, code: string): Answer {
  return { status, body: { code, detail: `What ${code} means.` } };
}
