import type { Arrival } from './group-files.ts';

/** Tells arrivals that have not changed for a while from those that may still be written. */
export interface Settling {
  /** Those that are quiet for long enough at a time in milliseconds; the others are looked at again. */
  pick(arrivals: readonly Arrival[], now: number): { settled: Arrival[]; unsettled: Arrival[] };
}

interface Seen {
  readonly fingerprint: string;
  readonly since: number;
}

/** The clock is ours, and so is the looking: those of other machines may be wrong. */
export function makeSettling(quietMs: number): Settling {
  const seen = new Map<string, Seen>();
  const isSettled = ({ location, fingerprint }: Arrival, now: number): boolean => {
    const before = seen.get(location);
    const since = before?.fingerprint === fingerprint ? before.since : now;
    const isQuiet = now - since >= quietMs;
    if (isQuiet) seen.delete(location);
    else seen.set(location, { fingerprint, since });
    return isQuiet;
  };
  return {
    pick: (arrivals, now) => {
      const settled: Arrival[] = [];
      const unsettled: Arrival[] = [];
      for (const arrival of arrivals) (isSettled(arrival, now) ? settled : unsettled).push(arrival);
      return { settled, unsettled };
    },
  };
}
