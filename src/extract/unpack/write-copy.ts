import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { guardWrite } from '../write-faults.ts';
import type { Job } from './job.ts';

/**
 * Writes chunks to a new file in the job's folder, and returns its path. The name is ours: no name from
 * an archive ever reaches the disk. Throws `file_too_large`, `disk_full`, and what `chunks` throws.
 */
export async function writeCopy(chunks: AsyncIterable<Uint8Array>, job: Job): Promise<string> {
  const target = join(await job.makeFolder(), `unpacked.${randomUUID()}`);
  const file = await guardWrite(target, open(target, 'wx'));
  job.copies.add(target);
  try {
    for await (const chunk of chunks) {
      job.signal?.throwIfAborted();
      job.budget.spend(chunk.length);
      await guardWrite(target, file.writeFile(chunk));
    }
  } finally {
    await file.close();
  }
  return target;
}
