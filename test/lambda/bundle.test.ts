import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useFolders } from '../support/lab.ts';
import { bundle } from './function.ts';

const makeFolder = useFolders();

test('the function is one small file', () => {
  expect(statSync(bundle).size).toBeLessThan(100_000);
});

test('imports what Node has, and the client of AWS only when it is needed', () => {
  const text = readFileSync(bundle, 'utf8');
  const namesOf = (form: RegExp) => [...text.matchAll(form)].map(([, name = '']) => name);
  const atOnce = namesOf(/^import .*?["']([^"']+)["'];$/gm);
  const builtin = builtinModules.map((name) => `node:${name}`);
  expect(atOnce.filter((name) => !builtin.includes(name))).toEqual([]);
  expect(atOnce).toContain('node:crypto');
  const later = namesOf(/\b(?:import|require)\(\s*["']([^"']+)["']\s*\)/g);
  expect(later).toEqual(['@aws-sdk/client-secrets-manager']);
});

test('can be imported where nothing else is, and does nothing then', () => {
  const folder = makeFolder();
  copyFileSync(bundle, join(folder, 'index.mjs'));
  const script = `import('./index.mjs').then((made) => console.log(Object.keys(made), typeof made.handler))`;
  const args = ['--input-type=module', '--eval', script];
  const output = execFileSync(process.execPath, args, { cwd: folder, env: {}, encoding: 'utf8' });
  expect(output).toBe("[ 'handler' ] function\n");
});

test('is what the package gives as elute/lambda', () => {
  expect(import.meta.resolve('elute/lambda')).toBe(bundle.href);
});
