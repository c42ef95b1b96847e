import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { useFolders } from '../support/lab.ts';
import { findComposeFaults } from './compose-faults.ts';
import { readCompose } from './compose-file.ts';
import { findCommandFaults } from './elute-words.ts';
import { type Ending, type Engine, makeEngine } from './processes.ts';
import { root } from './root.ts';

const text = readFileSync(join(root, 'compose.yaml'), 'utf8');
const page = readFileSync(join(root, 'docs', 'DEPLOYMENT.md'), 'utf8');
const makeFolder = useFolders();
const engines: Engine[] = [];

// Registered after the folders, so that it runs before they go.
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.down();
});

test('the steps of docs/DEPLOYMENT.md, a load by the server, down and up again: nothing is lost', async () => {
  const folder = makeFolder();
  const engine = await makeEngine(folder, readCompose(text));
  engines.push(engine);
  const password = join(folder, 'secrets', 'database-password');
  const [up, ...steps] = readSteps();
  expect(up).toBe('docker compose up --detach');
  await engine.up();
  const made = readFileSync(password, 'utf8');
  expect([made.length, statSync(password).mode & 0o777]).toEqual([64, 0o400]);

  const endings: Ending[] = [];
  for (const step of steps) endings.push(await engine.run('elute', readArguments(step)));
  // 3: some rows of the samples are rejected, as they shall be.
  expect(endings, JSON.stringify(endings)).toMatchObject(
    [3, 0, 0].map((exitCode) => ({ exitCode })),
  );
  const sent = await engine.run(
    'elute',
    ['load', '/lab', '--force', '--server', 'http://server:8080'],
    { ELUTE_TOKEN: endings.at(-1)?.stdout.trim() ?? '' },
  );
  expect(sent.exitCode, sent.stderr).toBe(3);
  const before = await readData(engine);
  expect(before.features).toHaveLength(19);
  expect(before.loads).toMatchObject([{ state: 'loaded' }, { state: 'loaded' }]);

  expect(await engine.down()).toEqual({ worker: 0, server: 0, postgres: 0, secrets: 0 });
  await engine.up();
  expect(readFileSync(password, 'utf8')).toBe(made);
  expect(await readData(engine)).toEqual(before);
});

/** The lines of the page that lead from a clone to the derived table. */
function readSteps(): string[] {
  const block = /<!-- compose -->\n```sh\n([^`]*)```/.exec(page)?.[1] ?? '';
  return block
    .trim()
    .split('\n')
    .map((line) => line.replace(/ *#.*/, ''));
}

function readArguments(step: string): string[] {
  const [, args] = /^docker compose run --rm elute (.+)$/.exec(step) ?? [];
  if (args === undefined) throw new Error(`${step} is no step that this test can go`);
  return args.split(' ');
}

async function readData({ run }: Engine) {
  const [features, loads] = await Promise.all(
    [
      ['features', '--json'],
      ['loads', '--json'],
    ].map((command) => run('elute', command)),
  );
  return {
    features: JSON.parse(features?.stdout || '[]'),
    loads: JSON.parse(loads?.stdout || '[]'),
  };
}

test('docs/DEPLOYMENT.md: every command is one there is', async () => {
  const commands = [
    ...page.matchAll(/\belute ((?:load|features|token|serve|worker|database) [^`\n#]*)/g),
  ];
  const lines = commands.map(([, line = '']) => line.trim().split(/\s+/));
  expect(lines.length).toBeGreaterThan(5);
  for (const args of lines) expect(await findCommandFaults(args)).toEqual([]);
});

test('compose.yaml names only what is there', async () => {
  expect(await findComposeFaults(readCompose(text))).toEqual([]);
});

test('the server answers this machine alone, and no container of Elute may more than it must', () => {
  const { services } = readCompose(text);
  expect(services.flatMap(({ published }) => published?.address ?? [])).toEqual(['127.0.0.1:8080']);
  const free = services.filter(({ isConfined }) => !isConfined).map(({ name }) => name);
  expect(free).toEqual(['postgres']);
});

test.each([
  ['ELUTE_ROOTS', 'ELUTE_ROOT', 'server: ELUTE_ROOT is no setting'],
  [
    'ELUTE_CONCURRENCY: 0',
    'ELUTE_CONCURRENCY: all',
    'server: ELUTE_CONCURRENCY must be a whole number from 0 to 64',
  ],
  [
    '[worker]',
    '[worker, --lanes, "2"]',
    "worker: elute worker --lanes 2: error: unknown option '--lanes'",
  ],
  [
    '[worker]',
    '[worker, --port, many]',
    'worker: --port <n> must be a whole number from 0 to 65535',
  ],
  ['[serve]', '[server]', "server: elute server: error: unknown command 'server'"],
  [
    'FILE: /secrets/',
    'FILE: /secret/',
    'postgres names /secret/database-password, where nothing is mounted',
  ],
  ['cd /secrets', 'cd /run/secrets', 'secrets names /run/secrets, where nothing is mounted'],
  ['@postgres:', '@database:', 'server names database, which is no service'],
  [':-./samples}', ':-./sample}', 'worker mounts ./sample, which is not there'],
  ['- database:', '- data:', 'postgres mounts data, which is not there'],
  ['uploads:/data/uploads', 'uploads:/data/upload', 'worker does not share its uploads'],
])('%j changed to %j is noticed', async (from, to, fault) => {
  expect(text).toContain(from);
  expect(await findComposeFaults(readCompose(text.replaceAll(from, to)))).toContain(fault);
});

test.each([
  ['a key that no engine knows', 'pull_policy', 'pull-policy'],
  ['a variable that must be set', ':-8080}', '}'],
])('%s is refused', (_, from, to) => {
  expect(text).toContain(from);
  expect(() => readCompose(text.replaceAll(from, to))).toThrow('compose.yaml');
});
