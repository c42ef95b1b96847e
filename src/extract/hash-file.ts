import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { checkIdentity, readIdentity } from './identity.ts';

export interface FileHash {
  /** Hex, over the raw bytes. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Throws `file_changed`, and the reason of the signal. */
export async function hashFile(location: string, signal: AbortSignal): Promise<FileHash> {
  const before = await readIdentity(location);
  const hash = createHash('sha256');
  await pipeline(createReadStream(location, { highWaterMark: 1024 * 1024 }), hash, { signal });
  await checkIdentity(location, before);
  return { sha256: hash.digest('hex'), sizeBytes: Number(before.size) };
}
