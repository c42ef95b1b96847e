import { afterEach, expect, test } from 'vitest';
import { openEngine } from '../../src/compute/duckdb.ts';
import type { Engine } from '../../src/compute/engine.ts';
import { makeContext, useFolders } from '../support/lab.ts';

const makeFolder = useFolders();
let engine: Engine | undefined;
afterEach(() => engine?.close());

/** A lost connection takes the reader away at any moment, also before the engine has opened the pipe. */
test.each([0, 1, 10, 1_000_000])(
  'an export of %i rows ends when its reader leaves at once',
  async (rows) => {
    engine = await openEngine(makeContext('', makeFolder()).settings);
    for (let i = 0; i < 20; i++) {
      const { stream, rowCount } = await engine.exportCsv(`select * from range(${rows})`);
      stream.destroy();
      const [written] = await Promise.allSettled([rowCount]);
      if (written.status === 'fulfilled') expect(written.value).toBe(rows);
    }
  },
);
