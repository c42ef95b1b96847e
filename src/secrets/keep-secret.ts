import { EluteError, errorCatalogue } from '../errors.ts';
import type { Secret } from './secret.ts';

/** A change that nobody is refused for, such as that of a key that signs, is noticed after this time. */
const maxAgeMs = 5 * 60_000;
/** Who is refused all the time asks no more often than this: each question is paid for. */
const minGapMs = 2000;

interface Known {
  readonly text: string;
  readonly fetchedAt: number;
  /** Whether it was the same when it was last fetched. */
  readonly isRepeated: boolean;
}

/** Keeps what was fetched, for five minutes at most. An outage of where it comes from does not take it away. */
export function keepSecret(fetch: () => Promise<string>, now: () => number = Date.now): Secret {
  let known: Known | undefined;
  let fetching: Promise<string> | undefined;
  const fetchAgain = async () => {
    const text = await fetch();
    known = { text, fetchedAt: now(), isRepeated: text === known?.text };
    return text;
  };
  const fetchOnce = () => {
    fetching ??= fetchAgain().finally(() => {
      fetching = undefined;
    });
    return fetching;
  };
  const ageMs = ({ fetchedAt }: Known) => now() - fetchedAt;
  return {
    read: async () => {
      if (known !== undefined && ageMs(known) < maxAgeMs) return known.text;
      return fetchOnce().catch((error: unknown) => {
        if (known === undefined || !isOutage(error)) throw error;
        known = { ...known, fetchedAt: now() };
        return known.text;
      });
    },
    refresh: async () => (known?.isRepeated && ageMs(known) < minGapMs ? known.text : fetchOnce()),
  };
}

function isOutage(error: unknown): boolean {
  return error instanceof EluteError && errorCatalogue[error.code].retryable;
}
