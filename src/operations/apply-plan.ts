import { isDeepStrictEqual } from 'node:util';
import { type Context, withDatabase } from '../context.ts';
import { loadNotFound } from '../database/load-states.ts';
import { findPlan, listLoads, planPruned } from '../database/loads.ts';
import type { LoadedFile } from '../domain/load.ts';
import type { Plan } from '../domain/plan.ts';
import type { Reading } from '../domain/reading.ts';
import { EluteError } from '../errors.ts';
import type { InputFile } from '../extract/input-file.ts';
import { planOutdated } from '../load/effects.ts';
import { carryOutRequest, type LoadOutcome } from './load-files.ts';

/**
 * Loads exactly what a plan shows. Throws `plan_outdated` where files or database have changed since,
 * `load_not_found`, and `invalid_usage` for a load that is no plan. `claimed` is the load that a service
 * has claimed for it.
 */
export async function applyPlan(
  context: Context,
  planId: number,
  claimed?: number,
): Promise<LoadOutcome> {
  const { plan, files } = await readPlan(context, planId);
  const check = (found: readonly InputFile[]) => checkFiles(files, found);
  return carryOutRequest(context, plan.request, {
    applied: { planId, plan, check },
    ...(claimed !== undefined && { claimed }),
  });
}

async function readPlan(
  context: Context,
  planId: number,
): Promise<{ plan: Plan; files: readonly LoadedFile[] }> {
  return withDatabase(context, 'existing', async (database) => {
    const [load] = await listLoads(database, { only: planId });
    const plan = await findPlan(database, planId);
    if (load === undefined) throw loadNotFound(planId);
    if (load.appliedBy !== undefined) {
      const message = `Plan ${planId} has been carried out already, by load ${load.appliedBy}.`;
      throw new EluteError('plan_outdated', message);
    }
    if (plan === undefined && load.state === 'planned') throw planPruned(planId);
    if (plan === undefined) {
      const message = `Load ${planId} is ${load.state}, it is no plan. "elute load --plan" makes one.`;
      throw new EluteError('invalid_usage', message);
    }
    return { plan, files: load.files };
  });
}

function checkFiles(planned: readonly LoadedFile[], found: readonly InputFile[]): void {
  const describe = ({ dataset, sheet = '', sha256 }: LoadedFile | InputFile) =>
    [dataset, sheet, sha256].join(' ');
  const contents = planned.map(describe).sort();
  const isSame = found.map(describe).sort().join() === contents.join();
  if (!isSame) throw planOutdated('the files have changed');
  const isReadAlike = isDeepStrictEqual(readingsOf(planned), readingsOf(found));
  if (!isReadAlike) throw planOutdated('elute.toml has changed how the files are read');
}

/** Files of the same content in the same order. */
function readingsOf(files: readonly (LoadedFile | InputFile)[]): Reading[] {
  return files
    .toSorted(
      (a, b) => a.sha256.localeCompare(b.sha256) || (a.sheet ?? '').localeCompare(b.sheet ?? ''),
    )
    .map(({ reading }) => reading);
}
