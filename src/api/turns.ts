/** Does some work when its turn has come; it is told how much of the time to wait is left. */
export type TakeTurn = <Result>(work: (leftMs: number) => Promise<Result>) => Promise<Result>;

interface Rules {
  /** Pieces of work side by side. */
  readonly turns: number;
  readonly waitMs: number;
  /** The error for work whose turn does not come in time. */
  readonly refuse: () => Error;
}

/** Lets so many pieces of work run side by side, the others in the order in which they came. */
export function makeTurns({ turns, waitMs, refuse }: Rules): TakeTurn {
  const waiting: (() => void)[] = [];
  let free = turns;
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  const enter = () =>
    new Promise<void>((resolve, reject) => {
      if (free > 0) {
        free--;
        return resolve();
      }
      const enterNow = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(enterNow), 1);
        reject(refuse());
      }, waitMs);
      waiting.push(enterNow);
    });
  return async (work) => {
    const began = performance.now();
    await enter();
    try {
      return await work(waitMs - (performance.now() - began));
    } finally {
      leave();
    }
  };
}
