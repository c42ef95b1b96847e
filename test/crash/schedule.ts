import fc from 'fast-check';

/** What is killed, and its share of all kills. */
const parts = {
  'a first load': 0.3,
  'a load of changed files': 0.3,
  'a load of files already loaded': 0.05,
  'an undo': 0.2,
  'a plan': 0.05,
  'a load of a plan': 0.1,
} as const;
export type Kind = keyof typeof parts;

/** The lines that a load prints when a stage begins; see `src/cli/progress.ts`. */
export const stages = [
  'Looking at the files',
  'Reading rows',
  'Checking rows',
  'Comparing with what is stored',
  'Computing features and copying rows',
  'Publishing',
] as const;

/** When a process is killed: a share of an undisturbed run after a stage begins, or after the start. */
export interface Kill {
  readonly kind: Kind;
  readonly stage?: string;
  readonly share: number;
  readonly name: string;
}

/** The same seed gives the same moments. */
export const seed = Number(process.env['ELUTE_TEST_SEED'] ?? Date.now() % 1_000_000);

/** Half of some cases, drawn by the seed: each costs several loads. All of them where `ELUTE_TEST_KILLS` is set. */
export function drawHalf<Case>(cases: readonly Case[]): readonly Case[] {
  if (process.env['ELUTE_TEST_KILLS']) return cases;
  const half = Math.ceil(cases.length / 2);
  const drawing = fc.shuffledSubarray([...cases], { minLength: half, maxLength: half });
  return fc.sample(drawing, { seed, numRuns: 1 }).flat();
}

/** `ELUTE_TEST_KILLS` kills in all: when each stage begins, at even and at random moments. */
export function planKills(): Kill[] {
  const total = Number(process.env['ELUTE_TEST_KILLS'] ?? 8);
  const count = (kind: Kind) => Math.round(total * parts[kind]);
  const plan = (kind: Kind, shown: readonly string[]) =>
    planKind(kind, shown.slice(0, count(kind)), count(kind));
  return [
    ...plan('a first load', stages),
    ...plan('a load of changed files', stages),
    ...plan('a load of files already loaded', stages.slice(0, 1)),
    ...plan('an undo', []),
    ...plan('a plan', stages.slice(-1)),
    ...plan('a load of a plan', stages.slice(-2)),
  ];
}

function planKind(kind: Kind, shown: readonly string[], count: number): Kill[] {
  const others = Math.max(0, count - shown.length);
  const evens = Math.ceil(others / 2);
  // The commit comes soon after the last stage begins: half of the random moments are near it.
  const last = shown.map(() => shown.at(-1));
  const random = fc.record({
    stage: fc.constantFrom(undefined, ...shown, ...last),
    share: fc.nat(200),
  });
  return [
    ...shown.map((stage) => makeKill(kind, 0, stage)),
    ...Array.from({ length: evens }, (_, i) => makeKill(kind, (i + 1) / evens)),
    ...fc
      .sample(random, {
        seed: seed + Object.keys(parts).indexOf(kind),
        numRuns: others - evens,
      })
      .map(({ stage, share }) => makeKill(kind, share / 1000, stage)),
  ];
}

function makeKill(kind: Kind, share: number, stage?: string): Kill {
  const moment = stage === undefined ? 'it starts' : `"${stage}"`;
  const name = `${kind}, killed ${(share * 100).toFixed(1)} % of its time after ${moment}`;
  return { kind, share, name, ...(stage !== undefined && { stage }) };
}
