import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { EluteError } from '../../../src/errors.ts';
import type { Limits, Part } from '../../../src/extract/part.ts';
import { type UnpackOptions, unpack } from '../../../src/extract/unpack/unpack.ts';

export const limits: Limits = {
  inflatedBytes: 1e9,
  inflationRatio: 1000,
  workbookMemoryMb: 512,
  workbookSeconds: 60,
};

const directory = mkdtempSync(join(tmpdir(), 'elute-unpack-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A part with its bytes, its path as the user knows it without the folder of the test. */
export interface Unpacked extends Pick<Part, 'path' | 'format' | 'isNamed'> {
  content: Buffer;
  isCopy: boolean;
}

let count = 0;

export function writeFile(name: string, content: string | Uint8Array): string {
  const folder = mkdtempSync(join(directory, `${++count}-`));
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

export function makeFolder(): string {
  return mkdtempSync(join(directory, 'scratch-'));
}

export function readFixture(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, '../../fixtures/unpack', name));
}

/** Unpacks content under a name, and checks that nothing lies in the folder but the parts. */
export async function unpackBytes(
  name: string,
  content: string | Uint8Array,
  options: Partial<UnpackOptions> = {},
): Promise<Unpacked[]> {
  const path = writeFile(name, content);
  return unpackPath(path, options);
}

export async function unpackPath(
  path: string,
  options: Partial<UnpackOptions> = {},
): Promise<Unpacked[]> {
  const folder = makeFolder();
  const found = { path, isNamed: true };
  const parts = await unpack(found, { makeFolder: async () => folder, limits, ...options }).catch(
    (error) => {
      const left = readdirSync(folder);
      throw left.length === 0 ? error : new Error(`left behind: ${left}`, { cause: error });
    },
  );
  const copies = parts.filter((part) => part.location !== path);
  if (readdirSync(folder).length !== copies.length) throw new Error('more copies than parts');
  const unpacked = parts.map((part) => describe(part, path));
  rmSync(folder, { recursive: true });
  return unpacked;
}

function describe({ path, location, format, isNamed }: Part, source: string): Unpacked {
  const shown = path.slice(dirname(source).length + 1);
  const content = readFileSync(location);
  return { path: shown, format, isNamed, content, isCopy: location !== source };
}

export async function catchFault(
  work: Promise<unknown>,
): Promise<{ code: string; message: string }> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof EluteError)) throw error ?? new Error('nothing was thrown');
  return { code: error.code, message: error.message.replace(/\/\S*\/\d+-\w+\//g, '') };
}
