import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { EluteError } from '../../../../src/errors.ts';
import type { Limits } from '../../../../src/extract/part.ts';
import type { Request } from '../../../../src/extract/workbook/protocol.ts';
import { readSheets } from '../../../../src/extract/workbook/read-sheets.ts';
import { readWorkbook, type SheetTable } from '../../../../src/extract/workbook/read-workbook.ts';

export type Format = Request['format'];

export const limits: Limits = {
  inflatedBytes: 2 ** 31,
  inflationRatio: 200,
  workbookMemoryMb: 256,
  workbookSeconds: 60,
};

/** A sheet as it came back, with its copy as text. */
export interface ReadSheet extends Omit<SheetTable, 'copy'> {
  readonly rows: string;
}

/** A directory for one test file. */
export function makeDirectory() {
  const directory = mkdtempSync(join(tmpdir(), 'elute-workbook-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  let count = 0;
  const write = (content: Uint8Array): string => {
    const location = join(directory, `${++count}.bin`);
    writeFileSync(location, content);
    return location;
  };
  /** In a process of its own, as in production. */
  const read = async (location: string, format: Format, options: Partial<Limits> = {}) => {
    const part = { path: 'FILE', location, format };
    const granted = { ...limits, ...options };
    return (await readWorkbook(part, { folder: directory, limits: granted })).map(takeRows);
  };
  /** In this process, for many runs. */
  const readHere = async (location: string, format: Format) => {
    const folder = mkdtempSync(join(directory, 'here-'));
    const request = { path: 'FILE', location, format, folder, limits };
    return (await readSheets(request)).map(takeRows);
  };
  const left = () => readdirSync(directory).filter((name) => name.startsWith('workbook-'));
  return { directory, write, read, readHere, left };
}

function takeRows({ copy, ...sheet }: SheetTable): ReadSheet {
  const rows = readFileSync(copy, 'utf8');
  rmSync(copy);
  return { ...sheet, rows };
}

export async function catchError(
  work: Promise<unknown>,
): Promise<{ code: string; message: string }> {
  const error = await work.then(
    (value) => new Error(`nothing was thrown, but read ${JSON.stringify(value)}`),
    (caught: unknown) => caught,
  );
  if (!(error instanceof EluteError)) throw error;
  return { code: error.code, message: error.message };
}
