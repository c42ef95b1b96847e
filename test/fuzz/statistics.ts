/** What a run of the suite has gone through. */
export interface Statistics {
  cases: number;
  loads: number;
  plans: number;
  undos: number;
  files: number;
  tables: number;
  rows: number;
  rejects: number;
  warnings: number;
  readonly formats: Map<string, number>;
  readonly rejectCodes: Map<string, number>;
  readonly refusals: Map<string, number>;
  readonly milliseconds: Map<string, number>;
}

export function startStatistics(): Statistics {
  const counts = { cases: 0, loads: 0, plans: 0, undos: 0, files: 0, tables: 0, rows: 0 };
  return {
    ...counts,
    rejects: 0,
    warnings: 0,
    formats: new Map(),
    rejectCodes: new Map(),
    refusals: new Map(),
    milliseconds: new Map(),
  };
}

export function add(counts: Map<string, number>, name: string, count = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

/** Awaits work and adds its time to an account. */
export async function time<Result>(
  { milliseconds }: Statistics,
  account: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    add(milliseconds, account, performance.now() - start);
  }
}

/** Takes the reports of a load, and adds the time of each stage to an account of its own. */
export function watchStages({ milliseconds }: Statistics): (progress: { stage: string }) => void {
  let current: { stage: string; start: number } | undefined;
  return ({ stage }) => {
    const now = performance.now();
    if (current?.stage === stage) return;
    if (current !== undefined) add(milliseconds, `stage ${current.stage}`, now - current.start);
    current = stage === 'publish' ? undefined : { stage, start: now };
  };
}

export function renderStatistics(statistics: Statistics): string {
  const plain = Object.entries(statistics).filter(([, value]) => typeof value === 'number');
  const maps = Object.entries(statistics).filter(([, value]) => value instanceof Map);
  return [
    plain.map(([name, count]) => `${name} ${count}`).join(' · '),
    ...maps.map(([name, counts]) => `${name}: ${renderMap(counts)}`),
  ].join('\n');
}

function renderMap(counts: Map<string, number>): string {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([name, count]) => `${name} ${Math.round(count)}`).join(', ');
}
