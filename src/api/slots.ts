import { EluteError } from '../errors.ts';

export type WithSlot = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Does so many pieces of work at a time, and refuses more. Throws `busy`. */
export function makeSlots(count: number, what: string): WithSlot {
  let taken = 0;
  return async (work) => {
    if (taken >= count)
      throw new EluteError('busy', `${count} ${what} are under way already. Try again later.`);
    taken++;
    try {
      return await work();
    } finally {
      taken--;
    }
  };
}
