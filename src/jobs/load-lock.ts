import { lockLoad, unlockLoad } from '../database/service-loads.ts';
import type { Service } from './service.ts';

/** Works on a load while nobody else does: the lock tells the others that this process lives. */
export async function withLoadLock(
  { database }: Service,
  loadId: number,
  work: () => Promise<void>,
): Promise<void> {
  await database.scope().withClient(async (client) => {
    if (!(await lockLoad(client, loadId)))
      throw new Error(`another process works on load ${loadId}`);
    try {
      await work();
    } finally {
      await unlockLoad(client, loadId);
    }
  });
}
