import { EluteError } from '../errors.ts';

/** Writes a result to stdout. A pipe closed early, as by `elute features | head`, is no fault. */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (!error || codeOf(error) === 'EPIPE') resolve();
      else reject(explain(error));
    });
  });
}

function explain(cause: Error): Error {
  if (codeOf(cause) !== 'ENOSPC') return cause;
  return new EluteError(
    'disk_full',
    'The result could not be written in full: no space is left where stdout leads.',
    { cause },
  );
}

function codeOf(error: Error): unknown {
  return 'code' in error ? error.code : undefined;
}
