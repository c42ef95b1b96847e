import { readFile } from 'node:fs/promises';
import { EluteError } from '../errors.ts';

/**
 * A secret that a file holds, as Docker and Kubernetes hand them over; editors end it with a line break,
 * which does not belong to it. Throws `secret_unreadable`.
 */
export async function readSecretFile(path: string, place: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : 'unknown';
    throw new EluteError(
      'secret_unreadable',
      `The file ${path} of ${place} cannot be read (${code}). Check its path, and who may read it.`,
      { cause },
    );
  }
}
