import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { EluteError } from '../errors.ts';

/** What tells whether a path still leads to the same, unchanged file. */
export type Identity = Pick<BigIntStats, 'ino' | 'size' | 'mtimeNs'>;

export function readIdentity(path: string): Promise<Identity> {
  return stat(path, { bigint: true });
}

/** Throws `file_changed` unless the path leads to the very file it led to before. */
export async function checkIdentity(path: string, before: Identity): Promise<void> {
  const after = await stat(path, { bigint: true }).catch(() => undefined);
  const isSame =
    after?.ino === before.ino && after.size === before.size && after.mtimeNs === before.mtimeNs;
  if (!isSame) throw makeFileChanged(path);
}

export function makeFileChanged(path: string): EluteError {
  return new EluteError(
    'file_changed',
    `${path} changed while it was being read. Load it again once nothing writes to it any more.`,
  );
}
