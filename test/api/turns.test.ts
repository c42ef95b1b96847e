import { expect, test } from 'vitest';
import { makeTurns } from '../../src/api/turns.ts';
import { makeBusy } from '../../src/database/locks.ts';

test('so many are at work at once, the others follow in the order in which they came', async () => {
  const takeTurn = makeTurns({ turns: 2, waitMs: 60_000, refuse: makeBusy });
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const works = [0, 1, 2, 3].map((number) =>
    takeTurn(async () => {
      begun.push(number);
      await new Promise<void>((resolve) => {
        ends[number] = resolve;
      });
    }),
  );
  for (const number of [1, 0, 2, 3]) {
    await expect.poll(() => ends[number], { timeout: 20_000 }).toBeDefined();
    ends[number]?.();
    await works[number];
  }
  expect(begun).toEqual([0, 1, 2, 3]);
});

test('who waits too long goes away, and does not keep the others from their turn', async () => {
  const takeTurn = makeTurns({ turns: 1, waitMs: 5, refuse: makeBusy });
  let end = () => {};
  const first = takeTurn(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  await expect(takeTurn(async () => 'never')).rejects.toMatchObject({ code: 'busy' });
  end();
  await first;
  expect(await takeTurn(async (leftMs) => leftMs <= 5)).toBe(true);
});

test('work that fails gives its turn away', async () => {
  const takeTurn = makeTurns({ turns: 1, waitMs: 60_000, refuse: makeBusy });
  const fail = async () => {
    throw new Error('a fault');
  };
  await expect(takeTurn(fail)).rejects.toThrow('a fault');
  expect(await takeTurn(async () => 'done')).toBe('done');
});
