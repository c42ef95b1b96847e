import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Encoding } from '../../../../src/domain/reading.ts';
import { writeNumberedCopy } from '../../../../src/extract/text/numbered-copy.ts';
import type { Delimiter } from '../../../../src/extract/text/quoting.ts';
import { type Survey, surveyFile } from '../../../../src/extract/text/survey.ts';

/** A directory for one test file. Paths are never used twice, since DuckDB caches files by path. */
export function makeDirectory(): {
  write: (content: string | Buffer) => string;
  next: () => string;
} {
  const directory = mkdtempSync(join(tmpdir(), 'elute-text-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  let count = 0;
  const next = () => join(directory, `${++count}.csv`);
  const write = (content: string | Buffer) => {
    const path = next();
    writeFileSync(path, content);
    return path;
  };
  return { write, next };
}

export function survey(
  path: string,
  delimiter: Delimiter = ',',
  chunkBytes?: number,
): Promise<Survey> {
  return surveyFile({ path, location: path }, { chooseDelimiter: () => delimiter, chunkBytes });
}

/** Surveys and copies; the rows must be as many as the survey counted. */
export async function copy(
  path: string,
  target: string,
  options: { delimiter?: Delimiter; chunkBytes?: number; encoding?: Encoding } = {},
): Promise<number> {
  const { delimiter = ',', chunkBytes, encoding } = options;
  const chooseDelimiter = () => delimiter;
  const surveyed = await surveyFile(
    { path, location: path },
    { chooseDelimiter, chunkBytes, encoding },
  );
  const rows = await writeNumberedCopy(path, surveyed, target, { chunkBytes });
  if (rows !== surveyed.rowCount) throw new Error(`${rows} copied, ${surveyed.rowCount} surveyed`);
  return rows;
}

export function encode(text: string, encoding: 'utf-8' | 'utf-16le' | 'utf-16be'): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text, 'utf8');
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16le' ? bytes : bytes.swap16();
}
