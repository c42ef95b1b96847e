import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Load, LoadState } from '../../src/domain/load.ts';
import { writeFiles } from '../support/lab.ts';
import { type Delivery, delivery, writeDelivery } from './delivery.ts';
import { stages } from './schedule.ts';
import { type Ending, type Place, startElute } from './support.ts';

/** What ends a process before its time: some time after it starts, or after a stage begins. */
interface Blow {
  readonly signal: NodeJS.Signals;
  readonly stage?: string | undefined;
  readonly afterMs: number;
}

/** What one of several processes at once does; an undo or a plan to apply is named by a number. */
export interface Action {
  readonly verb: keyof typeof verbs;
  readonly delivery: Delivery;
  readonly target: number;
  readonly blow: Blow | undefined;
}

/** The arguments, and the exit codes where nothing is done: by rule, or since there is no such load. */
const verbs = {
  load: { args: [], refusals: [4] },
  'features only': { args: ['--features-only'], refusals: [4] },
  plan: { args: ['--plan'], refusals: [4] },
  apply: { args: ['load', '--apply'], refusals: [2, 4] },
  undo: { args: ['undo'], refusals: [2, 4] },
} as const;

const blow: fc.Arbitrary<Blow> = fc.record({
  signal: fc.constantFrom('SIGKILL', 'SIGKILL', 'SIGINT', 'SIGTERM'),
  stage: fc.constantFrom(undefined, ...stages),
  afterMs: fc.nat(600),
});

export const action: fc.Arbitrary<Action> = fc.record({
  verb: fc.constantFrom(
    'load',
    'load',
    'load',
    'features only',
    'plan',
    'apply',
    'apply',
    'undo',
    'undo',
    'undo',
  ),
  delivery,
  target: fc.nat(1000),
  blow: fc.option(blow, { nil: undefined, freq: 2 }),
});

/** Alone and undisturbed. */
export const plan: fc.Arbitrary<Action[]> = delivery.map((brought) => [
  { verb: 'plan', delivery: brought, target: 0, blow: undefined },
]);

/** An action that was tried, and how its process ended. */
export interface Attempt {
  readonly name: string;
  readonly action: Action;
  readonly ending: Ending;
}

/** Runs an action in a process of its own, `known` being the loads before. */
export async function attempt(
  place: Required<Place>,
  { name, known }: { name: string; known: readonly Load[] },
  action: Action,
): Promise<Attempt> {
  const running = startElute(place, ...writeArguments(place, name, action, known));
  if (action.blow) {
    const { signal, stage, afterMs } = action.blow;
    if (stage !== undefined) await running.printed(stage);
    await Promise.race([delay(stage === undefined ? 2 * afterMs : afterMs / 10), running.ended]);
    running.kill(signal);
  }
  return { name, action, ending: await running.ended };
}

function writeArguments(
  { directory }: Required<Place>,
  name: string,
  { verb, delivery: brought, target }: Action,
  known: readonly Load[],
): string[] {
  const { args } = verbs[verb];
  if (verb === 'undo') return [...args, chooseLoad(known, ['loaded', 'undone'], target)];
  if (verb === 'apply') return [...args, chooseLoad(known, ['planned'], target)];
  return ['load', ...args, ...writeFiles(directory, writeDelivery(brought, name))];
}

/** One of those in a state; or the one after the last, which may be about to begin. */
function chooseLoad(known: readonly Load[], states: readonly LoadState[], target: number): string {
  const ids = known.filter(({ state }) => states.includes(state)).map(({ loadId }) => loadId);
  const next = (known[0]?.loadId ?? 0) + 1;
  return String([...ids, next][target % (ids.length + 1)]);
}

/** What a process has said of its work must be true of the loads there are. */
export function expectTruth(tried: Attempt, loads: readonly Load[]): void {
  const { name, action, ending } = tried;
  const { code, signal, stdout, stderr } = ending;
  const about = `${name}: ${action.verb} ended with ${code ?? signal}\n${stdout}${stderr}`;
  // A process that has just started knows no signals yet.
  if (signal !== null) expect(signal, about).toBe(action.blow?.signal);
  else if (code === 0 || code === 3) expectDone(tried, loads, about);
  else expectNotDone(tried, loads, about);
}

function expectDone({ action, ending }: Attempt, loads: readonly Load[], about: string): void {
  const id = Number(/^Load (\d+)/m.exec(ending.stdout)?.[1]);
  const states = { plan: ['planned'], undo: ['undone'] }[action.verb as string];
  const load = loads.find(({ loadId }) => loadId === id);
  expect(states ?? ['loaded', 'undone'], about).toContain(load?.state);
}

function expectNotDone(
  { name, action: { verb, blow }, ending }: Attempt,
  loads: readonly Load[],
  about: string,
): void {
  const interrupted = blow && blow.signal !== 'SIGKILL' ? [130] : [];
  expect([...verbs[verb].refusals, ...interrupted], about).toContain(ending.code);
  if (verb !== 'load' && verb !== 'features only') return;
  const own = loads.filter(({ files }) => files.some(({ path }) => path.includes(`/${name}-`)));
  for (const { state } of own) expect(['failed', 'interrupted'], about).toContain(state);
}
