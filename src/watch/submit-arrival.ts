import { findKnownKeys } from '../database/arrivals.ts';
import type { RejectLimit } from '../domain/reject-limit.ts';
import type { Service } from '../jobs/service.ts';
import { submitLoad } from '../jobs/submit.ts';
import type { Arrival } from './group-files.ts';

/** As the history of loads names who asked. */
const watcher = 'watch';

/** What holds for every load of a watched source. */
export interface ArrivalOptions {
  readonly root?: string;
  readonly rejectLimit?: RejectLimit;
}

/** Those of which no load was ever asked for. */
export async function findNew(
  { database }: Service,
  arrivals: readonly Arrival[],
): Promise<readonly Arrival[]> {
  if (arrivals.length === 0) return [];
  const known = await findKnownKeys(
    database,
    watcher,
    arrivals.map(({ fingerprint }) => fingerprint),
  );
  return arrivals.filter(({ fingerprint }) => !known.has(fingerprint));
}

/** Asks for the load of an arrival; undefined where somebody else has asked meanwhile. */
export async function submitArrival(
  service: Service,
  { location, files, fingerprint }: Arrival,
  { root, rejectLimit }: ArrivalOptions,
): Promise<number | undefined> {
  const { loadId, isRepeated } = await submitLoad(service, {
    request: {
      load: {
        folder: root ?? process.cwd(),
        ...(root !== undefined && { root }),
        sources: files.map((file) => file.location),
        reading: {},
        force: false,
        featuresOnly: false,
      },
      isPlan: false,
      ...(rejectLimit && { rejectLimit }),
    },
    requestedBy: watcher,
    requestId: location,
    idempotencyKey: fingerprint,
  });
  return isRepeated ? undefined : loadId;
}
