import { EluteError } from '../errors.ts';

/** Whoever read stdout has gone, as in `elute features | head`: no fault, but nothing is left to do. */
export class ClosedPipe extends Error {}

/** Writes a result to stdout. Throws `ClosedPipe`, and `disk_full` where stdout is a file. */
export function print(text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error) reject(explain(error));
      else resolve();
    });
  });
}

function explain(cause: Error): Error {
  const code = 'code' in cause ? cause.code : undefined;
  if (code === 'EPIPE') return new ClosedPipe('stdout was closed', { cause });
  if (code !== 'ENOSPC') return cause;
  return new EluteError(
    'disk_full',
    'The result could not be written in full: no space is left where stdout leads.',
    { cause },
  );
}
