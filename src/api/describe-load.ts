import type { FastifyReply } from 'fastify';
import { findProgress } from '../database/load-events.ts';
import { loadNotFound } from '../database/load-states.ts';
import { findPlan, listLoads } from '../database/loads.ts';
import type { Service } from '../jobs/service.ts';
import type { LoadView } from './schemas/loads.ts';

/** A load as the API gives it. Throws `load_not_found`. */
export async function describeLoad({ database }: Service, loadId: number): Promise<LoadView> {
  const [load] = await listLoads(database, { only: loadId });
  if (load === undefined) throw loadNotFound(loadId);
  const progress = await findProgress(database, loadId);
  const plan = load.state === 'planned' ? await findPlan(database, loadId) : undefined;
  return { ...load, ...(progress && { progress }), ...(plan && { plan }) };
}

/** Answers that something will be done about a load, and where to follow it. */
export function acceptLoad(
  service: Service,
  reply: FastifyReply,
  loadId: number,
): Promise<LoadView> {
  reply.code(202).header('location', `/api/v1/loads/${loadId}`);
  return describeLoad(service, loadId);
}
