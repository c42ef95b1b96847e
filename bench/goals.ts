import type { ContestantResult, Entry } from './results.ts';

interface Goal {
  readonly what: string;
  readonly wanted: string;
  /** Undefined where it has not been measured. */
  readonly measured: string | undefined;
}

const [large, huge] = [10_000_000, 100_000_000];

/** What was aimed at, beside what the results say, as a table. */
export function renderGoals(entries: readonly Entry[]): string {
  const goals = [
    ...listLoadGoals(entries),
    ...listFeatureGoals(entries),
    ...listOtherGoals(entries),
    ...listStartGoals(entries),
  ];
  const rows = goals.map(({ what, wanted, measured }) => [
    what,
    wanted,
    measured ?? 'not measured',
  ]);
  return [
    ['10 M experiments, uniform and clean', 'goal', 'measured'],
    ['---', '---', '---'],
    ...rows,
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function listLoadGoals(entries: readonly Entry[]): Goal[] {
  const load = findEntry(entries, 'load');
  const against = (name: string) => compare(load, name, 'wallSeconds');
  const loaders = ['pgloader', 'csvkit', 'dlt', 'sling'];
  return [
    {
      what: 'full load against `\\copy` into tables with the same keys and indexes, time',
      wanted: '≤ 1.2',
      measured: against('psql-before'),
    },
    {
      what: 'full load against `\\copy` with the indexes built afterwards, time',
      wanted: '≤ 1.2',
      measured: against('psql-after'),
    },
    ...loaders.map((name) => ({
      what: `full load against ${name}, time`,
      wanted: '< 1',
      measured: against(name) ?? find(load, name)?.reason,
    })),
  ];
}

function listFeatureGoals(entries: readonly Entry[]): Goal[] {
  const entry = findEntry(entries, 'features-only');
  const rows = [
    ['duckdb', 'DuckDB SQL by hand', 'wallSeconds', '≤ 1.1'],
    ['duckdb', 'DuckDB SQL by hand', 'peakMegabytes', '≤ 1.0'],
    ['duckdb-checked', 'DuckDB SQL by hand that checks the rows', 'wallSeconds', ''],
    ['pandas', 'the pandas script', 'wallSeconds', '≤ 0.067 (15 times faster)'],
    ['pandas', 'the pandas script', 'peakMegabytes', '≤ 0.167 (a sixth)'],
  ] as const;
  return rows.map(([name, title, figure, wanted]) => ({
    what: `\`--features-only\` against ${title}, ${figure === 'wallSeconds' ? 'time' : 'memory'}`,
    wanted,
    measured: compare(entry, name, figure) ?? find(entry, name)?.reason,
  }));
}

function listOtherGoals(entries: readonly Entry[]): Goal[] {
  const load = wall(find(findEntry(entries, 'load'), 'elute'));
  const changed = wall(find(findEntry(entries, 'changed'), 'elute'));
  const again = findEntry(entries, 'again');
  const scale = ['load', 'features-only'].flatMap((contest) => {
    const [part, whole] = [large, huge].map((size) =>
      find(findEntry(entries, contest, size), 'elute'),
    );
    const title = contest === 'load' ? 'full load' : '`--features-only`';
    return [
      {
        what: `${title} of 100 M against 10 M, time`,
        wanted: '≤ 11',
        measured: divide(wall(whole), wall(part)),
      },
      {
        what: `${title} of 100 M against 10 M, memory`,
        wanted: 'the same bound',
        measured: divide(whole?.peakMegabytes?.median, part?.peakMegabytes?.median),
      },
    ];
  });
  return [
    {
      what: '1,000 changed rows into 10 M stored ones, of a full load',
      wanted: '≤ 0.02',
      measured: divide(changed, load),
    },
    {
      what: 'the same files again against `sha256sum`, time',
      wanted: 'the speed of hashing',
      measured: compare(again, 'sha256sum', 'wallSeconds'),
    },
    ...scale,
  ];
}

function listStartGoals(entries: readonly Entry[]): Goal[] {
  const entry = findEntry(entries, 'start', 0);
  const seconds = (name: string) => {
    const value = wall(find(entry, name));
    return value === undefined ? undefined : `${value} s`;
  };
  return [
    { what: 'samples, first command ever', wanted: '≤ 3 s', measured: seconds('elute-first') },
    { what: 'samples, the next one', wanted: '≤ 1 s', measured: seconds('elute-next') },
    { what: '`elute --help`', wanted: '≤ 0.15 s', measured: seconds('elute-help') },
  ];
}

function findEntry(
  entries: readonly Entry[],
  contest: string,
  experiments = large,
): Entry | undefined {
  return entries.find(
    (entry) =>
      entry.contest === contest &&
      entry.experiments === experiments &&
      entry.shape === 'uniform' &&
      entry.bad === 0,
  );
}

function find(entry: Entry | undefined, name: string): ContestantResult | undefined {
  return entry?.contestants.find((contestant) => contestant.name === name);
}

/** Elute's figure with the rival's as 1. */
function compare(
  entry: Entry | undefined,
  name: string,
  figure: 'wallSeconds' | 'peakMegabytes',
): string | undefined {
  return divide(find(entry, 'elute')?.[figure]?.median, find(entry, name)?.[figure]?.median);
}

function wall(result: ContestantResult | undefined): number | undefined {
  return result?.wallSeconds?.median;
}

function divide(part: number | undefined, whole: number | undefined): string | undefined {
  if (part === undefined || whole === undefined) return undefined;
  return String(Number((part / whole).toPrecision(2)));
}
