import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { handler as Handler } from '../../src/lambda/handler.ts';

/** What `npm run build` makes of it, and Lambda runs. */
export const bundle = new URL('../../dist/lambda/index.mjs', import.meta.url);

/** The one place where the bundle is trusted to be made of the sources. */
async function loadHandler(): Promise<typeof Handler> {
  return (await import(bundle.href)).handler;
}

export interface Lambda {
  /** Runs the function once, with a minute unless told otherwise. */
  readonly run: (event: unknown, remainingMs?: number) => Promise<unknown>;
  /** What it has logged, without the times. */
  readonly logged: () => Record<string, unknown>[];
}

/** The function with an environment of its own; no log line of any test has the text of a secret in it. */
export function useLambda(
  makeEnvironment: () => Record<string, string>,
  secrets: readonly string[],
): Lambda {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    for (const [name, value] of Object.entries(makeEnvironment())) vi.stubEnv(name, value);
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    expect(secrets.filter((secret) => lines.join('').includes(secret))).toEqual([]);
  });
  return {
    run: async (event, remainingMs = 60_000) =>
      (await loadHandler())(event, { getRemainingTimeInMillis: () => remainingMs }),
    logged: () => lines.map(parseLine),
  };
}

function parseLine(line: string): Record<string, unknown> {
  expect(line).toMatch(/^[^\n]*\n$/);
  const { time, ...rest } = JSON.parse(line);
  expect(time).toMatch(/^\d{4}-\d\d-\d\dT/);
  return rest;
}
