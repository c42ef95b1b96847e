import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { useServers } from './server.ts';

/** `npm run docs` writes the copy; the test only compares. */
const isWriting = process.env['ELUTE_WRITE_DOCS'] !== undefined;
const page = join(resolve(import.meta.dirname, '../..'), 'docs', 'openapi.json');

const startServer = useServers();

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly operationId?: string;
  readonly security?: readonly { readonly bearer?: readonly string[] }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

test('docs/openapi.json is what the server says of itself', async () => {
  const { ask } = await startServer();
  const response = await ask('/api/v1/openapi.json', { token: null });
  const text = `${JSON.stringify(await response.json(), null, 2)}\n`;
  if (isWriting) writeFileSync(page, text);
  else expect(readFileSync(page, 'utf8'), 'stale; run "npm run docs"').toBe(text);
});

test('every operation has what a reader and a generator of clients need', async () => {
  const { ask } = await startServer();
  const document = Object(await (await ask('/api/v1/openapi.json')).json());
  expect(document.openapi).toBe('3.1.0');
  const operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method} ${path}`,
        operation,
      })),
  );
  const faults = operations.flatMap(({ name, operation }) =>
    findFaults(operation, document.tags).map((fault) => `${name}: ${fault}`),
  );
  expect(faults).toEqual([]);
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

function findFaults(operation: Operation, tags: readonly { name: string }[]): string[] {
  const { summary, description, operationId, security, responses } = operation;
  const [scope] = security?.flatMap(({ bearer = [] }) => bearer) ?? [];
  const known = tags.map(({ name }) => name);
  const needed = ['400', '429', '500', '503', ...(scope === undefined ? [] : ['401', '403'])];
  return [
    ...(summary ? [] : ['no summary']),
    ...(operationId ? [] : ['no operationId']),
    ...(operation.tags?.every((tag) => known.includes(tag)) ? [] : ['no tag, or an unknown one']),
    ...(scope === undefined || description?.includes(`"${scope}"`) ? [] : ['scope not said']),
    ...(Object.keys(responses).some((status) => /^[23]/.test(status)) ? [] : ['no success']),
    ...needed.filter((status) => !(status in responses)).map((status) => `no ${status}`),
  ];
}

test('the page shows it without anything from elsewhere', async () => {
  const { ask, url } = await startServer();
  const response = await ask('/api/v1/docs/', { token: null });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-security-policy')).toContain(`default-src 'none'`);
  const html = await response.text();
  const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
  expect(assets.length).toBeGreaterThan(4);
  for (const path of assets) {
    const address = new URL(path, `${url}/api/v1/docs/`);
    expect(address.origin).toBe(url);
    const asset = await ask(address.pathname, { token: null });
    await asset.arrayBuffer();
    expect([path, asset.status]).toEqual([path, 200]);
  }
  // Scripts and handlers in the page itself would not run under its policy.
  expect(html).not.toMatch(/<script>|\son\w+=/);
});
