import { EluteError } from '../../errors.ts';
import type { Limits } from '../part.ts';

/** What one file handed over may still unpack to, all its levels taken together. */
export interface Budget {
  /** Counts bytes that are about to be written. Throws `file_too_large`. */
  spend: (bytes: number) => void;
  /** Throws `file_too_large` if that many more bytes were too many; counts nothing. */
  foresee: (bytes: number) => void;
}

/** Text of a few kilobytes may pack a thousand times smaller and be harmless. */
const harmlessBytes = 64 * 1024 * 1024;

export function makeBudget(path: string, packedBytes: number, limits: Limits): Budget {
  let spent = 0;
  const foresee = (bytes: number) => {
    const inflated = spent + bytes;
    if (inflated > limits.inflatedBytes) throw makeTooLarge(path, limits.inflatedBytes);
    if (inflated > Math.max(harmlessBytes, packedBytes * limits.inflationRatio))
      throw makeTooDense(path, limits.inflationRatio);
  };
  const spend = (bytes: number) => {
    foresee(bytes);
    spent += bytes;
  };
  return { spend, foresee };
}

function makeTooLarge(path: string, limit: number): EluteError {
  const message = `${path} unpacks to more than ${limit} bytes. If you trust it, raise --inflated-limit.`;
  return new EluteError('file_too_large', message);
}

function makeTooDense(path: string, ratio: number): EluteError {
  const message = `${path} unpacks to more than ${ratio} times its size. If you trust it, raise --inflation-ratio.`;
  return new EluteError('file_too_large', message);
}
