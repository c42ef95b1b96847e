import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts time in these; `getconf CLK_TCK` has been 100 everywhere for decades. */
const ticksASecond = 100;

/** Linux alone tells these figures; elsewhere the columns stay empty. */
export const hasProcessTree = process.platform === 'linux';

export interface Memory {
  /** Resident sets of all processes now, added up; a page shared by two counts twice. */
  readonly sumBytes: number;
  /** The highest that any one of them ever had. */
  readonly highestBytes: number;
}

export function readMemory(processId: number): Memory {
  let sumBytes = 0;
  let highestBytes = 0;
  for (const id of listTree(processId)) {
    const status = readProcess(`${id}/status`);
    sumBytes += readKilobytes(status, 'VmRSS') * 1024;
    highestBytes = Math.max(highestBytes, readKilobytes(status, 'VmHWM') * 1024);
  }
  return { sumBytes, highestBytes };
}

/** Of the processes of a tree, and of those that have ended and were waited for by its root. */
export function readTreeSeconds(processId: number): number {
  return listTree(processId).reduce(
    (sum, id) => sum + readSeconds(id, id === processId ? 'with children' : 'own'),
    0,
  );
}

/** Of all ended processes that this one started, with theirs. */
export function readEndedSeconds(): number {
  return readSeconds(process.pid, 'children');
}

function readSeconds(id: number, whose: 'own' | 'children' | 'with children'): number {
  const stat = readProcess(`${id}/stat`);
  // The name in brackets may hold anything; utime, stime, cutime and cstime are fields 14 to 17.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [start, end] = { own: [11, 13], children: [13, 15], 'with children': [11, 15] }[whose];
  const ticks = fields.slice(start, end).reduce((sum, field) => sum + Number(field), 0);
  return ticks / ticksASecond;
}

function listTree(root: number): number[] {
  const found = [root];
  for (const id of found) {
    for (const thread of listThreads(id)) {
      const children = readProcess(`${id}/task/${thread}/children`).trim();
      if (children !== '') found.push(...children.split(' ').map(Number));
    }
  }
  return found;
}

function listThreads(id: number): string[] {
  try {
    return readdirSync(`/proc/${id}/task`);
  } catch {
    return [];
  }
}

/** A process may end at any moment. */
function readProcess(name: string): string {
  try {
    return readFileSync(`/proc/${name}`, 'utf8');
  } catch {
    return '';
  }
}

function readKilobytes(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
}
