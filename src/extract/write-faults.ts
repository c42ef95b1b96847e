import { EluteError } from '../errors.ts';

const fullCodes = ['ENOSPC', 'EDQUOT'];

/** Awaits a write to `target`. Throws `disk_full` where there is no room for it. */
export async function guardWrite<T>(target: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw explainWriteError(target, error);
  }
}

function explainWriteError(target: string, error: unknown): unknown {
  const isFull =
    error instanceof Error && 'code' in error && fullCodes.includes(String(error.code));
  return isFull ? makeDiskFull(target, error) : error;
}

export function makeDiskFull(target: string, cause?: unknown): EluteError {
  const message = `No space is left to write ${target}. Free some space, or name another folder with --scratch-directory.`;
  return new EluteError('disk_full', message, { cause });
}
