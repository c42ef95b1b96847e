import type { Case } from './contest.ts';
import type { ContestantResult, Entry, Summary } from './results.ts';

const introduction = `# Measurements

By \`npm run bench\`, from [results.json](results.json). Wall time: median of the runs, with the least and the
most (who took more than three times as long as Elute ran once); CPU and memory: of all processes of the command, without the database server, whose CPU time has a
column of its own. The first line of a table is 1 in the column "ratio". Before a time counts, the stored
rows or features are compared with those of Elute in the same turn.
`;

const titles: Readonly<Record<string, string>> = {
  load: 'All files into an empty database',
  'features-only': 'The derived table alone, stored in PostgreSQL',
  again: 'The same files a second time',
  changed: 'A file of 1,000 changed experiments',
  start: 'The sample files, with the server that Elute brings along',
};

const header = ['', 'ratio', 'wall, s', 'CPU, s', 'database CPU, s', 'memory, MB', 'does'];

/** A section for each contest, with a table for each kind of files. */
export function renderEntries(entries: readonly Entry[]): string {
  const sections = Object.entries(titles).flatMap(([contest, title]) => {
    const own = entries.filter((entry) => entry.contest === contest);
    if (own.length === 0) return [];
    return [`## ${title}\n`, ...own.map((entry) => renderEntry(entry, entries))];
  });
  return [introduction, ...sections].join('\n');
}

/** For the README: clean files of the largest size that there are rivals for, in two contests. */
export function renderLargest(entries: readonly Entry[]): string {
  const tables = ['load', 'features-only'].flatMap((contest) => {
    const own = entries.filter(
      (entry) => entry.contest === contest && entry.bad === 0 && entry.contestants.length > 1,
    );
    const entry = own.filter(({ shape }) => shape === 'uniform').at(-1);
    if (entry === undefined) return [];
    return [`${titles[contest]}, ${renderFiles(entry)}:\n\n${renderTable(entry)}`];
  });
  return tables.join('\n').trimEnd();
}

function renderTable({ contestants }: Entry): string {
  const lines = [header, header.map(() => '---'), ...contestants.map(renderContestant)];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function renderEntry(entry: Entry, entries: readonly Entry[]): string {
  const title = entry.experiments === 0 ? [] : [`### ${renderFiles(entry)}\n\n`];
  const notes = [
    renderMachine(entry),
    renderFraction(entry, entries),
    renderGrowth(entry, entries),
  ];
  return [...title, renderTable(entry), `\n${notes.filter(Boolean).join(' ')}\n`].join('');
}

function renderFiles({ experiments, shape, bad, inputMegabytes }: Entry): string {
  const rows = bad === 0 ? '' : `, ${bad * 100} % bad rows`;
  const uses = shape === 'skewed' ? ', compounds by the law of Zipf' : '';
  return `${experiments.toLocaleString('en')} experiments (${inputMegabytes} MB${uses}${rows})`;
}

function renderMachine(entry: Entry): string {
  const { cores, memoryGigabytes, node, postgres, measuredOn, loadAverage, runs } = entry;
  const busy = loadAverage > cores / 2 ? ', so it was busy with other things' : '';
  return `${runs === 1 ? '1 run' : `${runs} runs`} on ${measuredOn}: ${cores} cores, ${memoryGigabytes} GB, Node ${node}, PostgreSQL ${postgres}; load average ${loadAverage} before${busy}.`;
}

function renderContestant(result: ContestantResult): string[] {
  const { title, ratio, reason, wallSeconds, cpuSeconds, databaseCpuSeconds, peakMegabytes, does } =
    result;
  if (reason !== undefined) return [title, '', escapeCell(reason), '', '', '', does];
  return [
    title,
    String(ratio ?? ''),
    wallSeconds === undefined
      ? ''
      : `${wallSeconds.median} (${wallSeconds.least} to ${wallSeconds.most})`,
    ...[cpuSeconds, databaseCpuSeconds, peakMegabytes].map((summary) => median(summary)),
    does,
  ];
}

function median(summary: Summary | undefined): string {
  return summary === undefined ? '' : String(summary.median);
}

/** Messages of other programs may hold anything. */
function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

/** What a small change costs, in full loads of that size. */
function renderFraction(entry: Entry, entries: readonly Entry[]): string {
  if (entry.contest !== 'changed') return '';
  const [part, whole] = [entry, findEntry(entries, { ...entry, contest: 'load' })].map(wallOf);
  return part === undefined || whole === undefined
    ? ''
    : `For Elute that is ${((part / whole) * 100).toPrecision(2)} % of a full load.`;
}

/** Against a tenth of the size. */
function renderGrowth(entry: Entry, entries: readonly Entry[]): string {
  const tenth = findEntry(entries, { ...entry, experiments: entry.experiments / 10 });
  const [now, before] = [entry, tenth].map((one) => one?.contestants[0]);
  const times = quotient(now?.wallSeconds, before?.wallSeconds);
  const memory = quotient(now?.peakMegabytes, before?.peakMegabytes);
  if (times === undefined || memory === undefined) return '';
  return `${now?.title}: ${times} times the time and ${memory} times the memory of a tenth.`;
}

function quotient(a: Summary | undefined, b: Summary | undefined): string | undefined {
  return a === undefined || b === undefined ? undefined : (a.median / b.median).toPrecision(3);
}

function findEntry(entries: readonly Entry[], wanted: Case): Entry | undefined {
  return entries.find((entry) =>
    (['contest', 'experiments', 'shape', 'bad'] as const).every(
      (key) => entry[key] === wanted[key],
    ),
  );
}

function wallOf(entry: Entry | undefined): number | undefined {
  return entry?.contestants[0]?.wallSeconds?.median;
}
