import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openEngine } from '../../../../src/compute/duckdb.ts';
import { readJsonRows } from '../../../../src/extract/json/read-json.ts';
import { type JsonSurvey, surveyJson } from '../../../../src/extract/json/survey-json.ts';

const directory = mkdtempSync(join(tmpdir(), 'elute-json-'));
afterAll(() => rmSync(directory, { recursive: true }));
let count = 0;

/** Paths are never used twice, since DuckDB caches files by path. */
export function writeJson(content: string | Buffer): string {
  const path = join(directory, `${++count}.json`);
  writeFileSync(path, content);
  return path;
}

export function survey(content: string | Buffer, chunkBytes?: number): Promise<JsonSurvey> {
  const path = writeJson(content);
  return surveyJson({ path: 'runs.json', location: path }, { copy: `${path}.copy`, chunkBytes });
}

/** The copy with its unit separators as `|`. */
export async function copy(content: string | Buffer, chunkBytes?: number): Promise<string> {
  const { copy, rowCount } = await survey(content, chunkBytes);
  const text = readFileSync(copy, 'utf8');
  const lines = text.split('\n').length - 1;
  if (rowCount !== lines) throw new Error(`${rowCount} counted, ${lines} copied`);
  return text.replaceAll('\x1f', '|');
}

export interface JsonRow {
  line: number;
  fault: string | null;
  cells: Record<string, string | null>;
}

export type ReadJson = (content: string | Buffer, chunkBytes?: number) => Promise<JsonRow[]>;

/** Reads with a real engine; of a faulty row the cells are its text alone. */
export async function openReader(): Promise<ReadJson> {
  const engine = await openEngine({
    scratchDirectory: directory,
    memoryLimit: '500MB',
    threads: 2,
  });
  afterAll(() => engine.close());
  let tables = 0;
  return async (content, chunkBytes) => {
    const surveyed = await survey(content, chunkBytes);
    const table = `raw_${++tables}`;
    await readJsonRows(engine, table, surveyed);
    const rows = await engine.rows<Record<string, string | null> & { line: number }>(
      `from ${table} order by line`,
    );
    await engine.run(`drop view ${table}; drop table ${table}_cells`);
    return rows.map((row) => describeRow(row, surveyed.header));
  };
}

function describeRow(
  row: Record<string, string | null> & { line: number },
  header: readonly string[],
): JsonRow {
  const fault = row['fault'] ?? null;
  const cells = header.map((key, i) => [key, row[`c${i + 1}`] ?? null] as const);
  if (fault === null) return { line: row.line, fault, cells: Object.fromEntries(cells) };
  const rest = cells.slice(1).filter(([, cell]) => cell !== null);
  return {
    line: row.line,
    fault,
    cells: { record: row['c1'] ?? null, ...Object.fromEntries(rest) },
  };
}
