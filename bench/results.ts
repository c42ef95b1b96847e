import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export interface Result {
  /** What to type to measure it again. */
  readonly command: string;
  readonly measuredOn: string;
  readonly node: string;
  readonly postgres: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  /** Of the last minute, when the bench began. */
  readonly loadAverage: number;
  readonly inputMegabytes: number;
  readonly copySeconds: Summary;
  readonly eluteSeconds: Summary;
  /** Resident set of the process of Elute, without the server's. */
  readonly elutePeakMegabytes: Summary;
}

export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** One result for each number of experiments. */
export type Results = Readonly<Record<string, Result>>;

const file = new URL('../bench/results.json', import.meta.url);

export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(
    Math.floor((sorted.length - 1) / 2),
    Math.floor(sorted.length / 2) + 1,
  );
  return {
    median: roundTo2(middle.reduce((sum, value) => sum + value, 0) / middle.length),
    least: roundTo2(sorted.at(0) ?? Number.NaN),
    most: roundTo2(sorted.at(-1) ?? Number.NaN),
  };
}

export function roundTo2(value: number): number {
  return Number(value.toFixed(2));
}

/** Puts a result in the place of the one before; all results. */
export function saveResult(experiments: number, result: Result): Results {
  const before: Results = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const results = { ...before, [experiments]: result };
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  return results;
}

const header = [
  'experiments',
  'input, MB',
  'bare COPY, s',
  '`elute load`, s',
  'times as long',
  'peak memory of Elute, MB',
];

/** As a Markdown table: medians, with the least and the most in brackets. */
export function renderResults(results: Results): string {
  const rows = Object.entries(results).map(([experiments, result]) => [
    Number(experiments).toLocaleString('en'),
    result.inputMegabytes.toFixed(0),
    renderSummary(result.copySeconds, 1),
    renderSummary(result.eluteSeconds, 1),
    (result.eluteSeconds.median / result.copySeconds.median).toFixed(1),
    renderSummary(result.elutePeakMegabytes, 0),
  ]);
  const lines = [header, header.map(() => '---:'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function renderSummary({ median, least, most }: Summary, digits: number): string {
  const range = [least, most].map((value) => value.toFixed(digits)).join(' to ');
  return `${median.toFixed(digits)} (${range})`;
}
