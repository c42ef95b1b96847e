import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const tree = readTree(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => join('src', path));

/** The files of the tree in ARCHITECTURE.md, in its order. */
function readTree(text: string): string[] {
  const block = /```\n(src\/[\s\S]*?)```/.exec(text)?.[1] ?? '';
  const folders: string[] = [];
  return block.split('\n').flatMap((line) => {
    const [, indent = '', name = ''] = /^( *)(\S+)/.exec(line) ?? [];
    folders.length = indent.length / 2;
    folders.push(name);
    return name.endsWith('.ts') ? [folders.join('')] : [];
  });
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(/(?:from|import\() ?'([^']+)'/g)].map((match) => match[1] ?? '');
}

function topOf(path: string): string {
  return path.split('/')[1] ?? '';
}

test('ARCHITECTURE.md lists every source file, and no other', () => {
  expect(tree.toSorted()).toEqual(sources.toSorted());
});

test.each(sources)('%s imports only what stands above it in the tree', (path) => {
  const local = importsOf(path).filter((name) => name.startsWith('.'));
  const order = [...new Set(tree.map(topOf))];
  const wrong = local
    .map((name) => relative(root, resolve(root, dirname(path), name)))
    .filter((target) => order.indexOf(topOf(target)) > order.indexOf(topOf(path)));
  expect(wrong).toEqual([]);
});

test.each([
  ['@duckdb/', ['src/compute/duckdb.ts']],
  ['pg-copy-streams', ['src/database/copy.ts']],
  ['commander', ['src/cli/']],
])('%s is imported in one place', (dependency, places) => {
  const importers = sources.filter((path) =>
    importsOf(path).some((name) => name.startsWith(dependency)),
  );
  expect(importers).not.toEqual([]);
  expect(importers.filter((path) => !places.some((place) => path.startsWith(place)))).toEqual([]);
});

test('the environment is read in config.ts, and by the function; main.ts sets a switch of a library', () => {
  const readers = sources.filter((path) =>
    readFileSync(join(root, path), 'utf8').includes('process.env'),
  );
  expect(readers.toSorted()).toEqual(['src/config.ts', 'src/lambda/handler.ts', 'src/main.ts']);
});

test('the process is ended in main.ts alone', () => {
  const enders = sources.filter((path) =>
    /process\.exit(Code)?\b/.test(readFileSync(join(root, path), 'utf8')),
  );
  expect(enders).toEqual(['src/main.ts']);
});
