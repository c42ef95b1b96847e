import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { beginBody } from '../../src/api/body.ts';

const piece = 'x'.repeat(100_000);
const open = () => new AbortController();

test('gives what is written, as fast as it is read', async () => {
  let written = 0;
  const body = await beginBody(
    async (write) => {
      for (; written < 50; written++) await write(piece);
    },
    { signal: open().signal },
  );
  expect(written).toBeLessThan(3);
  expect((await text(body)).length).toBe(50 * piece.length);
});

test('an empty body is one', async () => {
  expect(await text(await beginBody(async () => {}, { signal: open().signal }))).toBe('');
});

test('throws what goes wrong before the first piece, and breaks off later', async () => {
  const { signal } = open();
  const fail = async () => {
    throw new Error('at once');
  };
  await expect(beginBody(fail, { signal })).rejects.toThrow('at once');
  const body = await beginBody(
    async (write) => {
      await write('first');
      throw new Error('later');
    },
    { signal },
  );
  await expect(text(body)).rejects.toThrow('later');
});

test('writes no more when the client has gone, or takes nothing', async () => {
  const leaving = open();
  const makeEndless =
    (give: (error: unknown) => void) => async (write: (piece: string) => Promise<void>) => {
      try {
        for (;;) await write(piece);
      } catch (error) {
        give(error);
        throw error;
      }
    };
  const left = new Promise((resolve) => {
    void beginBody(makeEndless(resolve), { signal: leaving.signal });
  });
  leaving.abort();
  expect(await left).toMatchObject({ name: 'AbortError' });
  const stalled = new Promise((resolve) => {
    void beginBody(makeEndless(resolve), { signal: open().signal, stallMs: 1 });
  });
  expect(await stalled).toMatchObject({ code: 'interrupted' });
});
