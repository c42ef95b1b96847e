import { parseArgs } from 'node:util';
import type { Case, Shape } from './contest.ts';

export interface Plan {
  readonly sizes: readonly number[];
  readonly contests: readonly string[];
  /** Names; all of them where it is undefined. Elute always takes part. */
  readonly rivals: readonly string[] | undefined;
  readonly shapes: readonly Shape[];
  readonly bad: readonly number[];
  readonly runs: number;
  readonly limitSeconds: number;
  /** Compares outputs once each, without what has to be installed, and keeps no figures. */
  readonly isCheck: boolean;
  readonly rendersOnly: boolean;
}

const usage = `usage: npm run bench -- [--sizes 10k,1M] [--contests load,features-only,again,changed,start]
  [--rivals psql-after,duckdb,...] [--shapes uniform,skewed] [--bad 0,0.01] [--runs N]
  [--limit SECONDS] [--check] [--render]`;

const options = {
  sizes: { type: 'string', default: '10k,1M' },
  contests: { type: 'string', default: 'load,features-only,again,changed,start' },
  rivals: { type: 'string' },
  shapes: { type: 'string', default: 'uniform' },
  bad: { type: 'string', default: '0' },
  runs: { type: 'string', default: '3' },
  limit: { type: 'string', default: '900' },
  check: { type: 'boolean', default: false },
  render: { type: 'boolean', default: false },
} as const;

export function readPlan(args: readonly string[], contestNames: readonly string[]): Plan {
  const { values } = parseArgs({ args: [...args], options });
  const plan: Plan = {
    sizes: split(values.sizes).map(parseSize),
    contests: split(values.contests).map((name) => oneOf(contestNames, name)),
    rivals: values.rivals === undefined ? undefined : split(values.rivals),
    shapes: split(values.shapes).map((name) => oneOf(['uniform', 'skewed'] as const, name)),
    bad: split(values.bad).map((text) => parseNumber(text, [0, 1])),
    runs: values.check ? 1 : parseNumber(values.runs, [1, 1000]),
    limitSeconds: parseNumber(values.limit, [1, 1e6]),
    isCheck: values.check,
    rendersOnly: values.render,
  };
  return plan;
}

/** What is to be measured of a contest. Only the first contests differ by the content of the files. */
export function listCases(
  { sizes, shapes, bad, isCheck }: Plan,
  contest: { name: string; files: 'all' | 'clean' | 'none' },
): Case[] {
  const clean = { contest: contest.name, shape: 'uniform', bad: 0 } as const;
  if (contest.files === 'none') return [{ ...clean, experiments: 0 }];
  if (contest.files === 'clean') return sizes.map((experiments) => ({ ...clean, experiments }));
  const cases = sizes.flatMap((experiments) =>
    shapes.flatMap((shape) => bad.map((share) => ({ ...clean, experiments, shape, bad: share }))),
  );
  if (!isCheck) return cases;
  return [...cases, { ...clean, experiments: 10_000, shape: 'skewed', bad: 0.01 }];
}

function split(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

/** `10k`, `1M` or plain digits. */
function parseSize(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([kM]?)$/.exec(text) ?? [];
  const size = Number(digits) * ({ k: 1e3, M: 1e6 }[unit] ?? 1);
  if (Number.isInteger(size) && size >= 1000) return size;
  throw new Error(`${text} is not a size such as 10k or 1M\n${usage}`);
}

function parseNumber(text: string, [least, most]: readonly [number, number]): number {
  const value = Number(text);
  if (text !== '' && value >= least && value <= most) return value;
  throw new Error(`${text} is not a number from ${least} to ${most}\n${usage}`);
}

function oneOf<Name extends string>(names: readonly Name[], text: string): Name {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw new Error(`${text} is none of ${names.join(', ')}\n${usage}`);
}
