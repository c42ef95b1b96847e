import fc from 'fast-check';

export const kinds = [
  'a first load',
  'a load of changed files',
  'a load of files already loaded',
] as const;

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
  readonly kind: (typeof kinds)[number];
  readonly stage?: string;
  readonly share: number;
  readonly name: string;
}

/** The same seed gives the same moments. */
export const seed = Number(process.env['ELUTE_TEST_SEED'] ?? Date.now() % 1_000_000);

/** `ELUTE_TEST_KILLS` kills in all: when each stage begins, at even and at random moments. */
export function planKills(): Kill[] {
  const total = Number(process.env['ELUTE_TEST_KILLS'] ?? 28);
  const [first, update, check] = kinds;
  return [
    ...planKind(first, stages, Math.round(total * 0.45)),
    ...planKind(update, stages, Math.round(total * 0.4)),
    ...planKind(check, stages.slice(0, 1), Math.round(total * 0.15)),
  ];
}

function planKind(kind: (typeof kinds)[number], shown: readonly string[], count: number): Kill[] {
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
        seed: seed + kinds.indexOf(kind),
        numRuns: others - evens,
      })
      .map(({ stage, share }) => makeKill(kind, share / 1000, stage)),
  ];
}

function makeKill(kind: (typeof kinds)[number], share: number, stage?: string): Kill {
  const moment = stage === undefined ? 'it starts' : `"${stage}"`;
  const name = `${kind}, killed ${(share * 100).toFixed(1)} % of its time after ${moment}`;
  return { kind, share, name, ...(stage !== undefined && { stage }) };
}
