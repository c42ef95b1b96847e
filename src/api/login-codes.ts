import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long a code may lie on a screen. */
const codeLifetimeMs = 5 * 60_000;

/** Codes that log a browser in, each once. They live in memory, as hashes. */
export interface LoginCodes {
  issue(): string;
  /** Whether the code holds; it does not any more then. */
  redeem(code: string): boolean;
}

export function makeLoginCodes(now: () => number = Date.now): LoginCodes {
  let codes: readonly { hash: Buffer; expiresAt: number }[] = [];
  return {
    issue: () => {
      const code = randomBytes(32).toString('base64url');
      codes = [...codes, { hash: hash(code), expiresAt: now() + codeLifetimeMs }];
      return code;
    },
    redeem: (code) => {
      codes = codes.filter(({ expiresAt }) => expiresAt > now());
      const given = hash(code);
      const rest = codes.filter((known) => !timingSafeEqual(known.hash, given));
      const isKnown = rest.length < codes.length;
      codes = rest;
      return isKnown;
    },
  };
}

function hash(code: string): Buffer {
  return createHash('sha256').update(code).digest();
}
