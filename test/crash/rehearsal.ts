import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect } from 'vitest';
import { cloneDatabase, dropDatabase, nameOf } from './lab.ts';
import { readState, type State } from './state.ts';
import { type Place, refuseLeftProcesses, runElute, untilDisconnected } from './support.ts';

/** Makes a folder for the tests of a file, gone after them; a process that outlives its test fails it. */
export function useRoot(name: string): string {
  const root = mkdtempSync(join(tmpdir(), `elute-${name}-`));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  afterEach(refuseLeftProcesses);
  return root;
}

/** Makes databases by one more command on a clone of another; gone after the tests of a file. */
export function useTemplates(root: string): (from: string, ...args: string[]) => Promise<string> {
  const urls: string[] = [];
  afterAll(async () => {
    for (const url of urls) await dropDatabase(url);
  });
  return async (from, ...args) => {
    const url = await cloneDatabase(from);
    urls.push(url);
    const { code, stderr } = await runElute({ url, directory: root }, ...args);
    expect([0, 3], stderr).toContain(code);
    await untilDisconnected(url);
    return nameOf(url);
  };
}

/** What a command does to a clone of a template when nothing disturbs it. */
export interface Rehearsal {
  readonly before: State;
  readonly after: State;
  readonly durationMs: number;
}

export async function rehearse(
  root: string,
  template: string,
  args: readonly string[],
): Promise<Rehearsal> {
  return withPlace(root, template, async (place) => {
    const before = await readState(place.url);
    const start = performance.now();
    const { code, stderr } = await runElute(place, ...args);
    const durationMs = performance.now() - start;
    expect([0, 3], stderr).toContain(code);
    return { before, after: await readState(place.url), durationMs };
  });
}

/** Lends a clone of a template and a folder. */
export async function withPlace<Result>(
  root: string,
  template: string,
  work: (place: Required<Place>) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(root, 'place-'));
  const url = await cloneDatabase(template);
  try {
    return await work({ url, directory });
  } finally {
    await dropDatabase(url);
    rmSync(directory, { recursive: true, force: true });
  }
}
