import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { readWorkbook } from '../../../src/extract/workbook/read-workbook.ts';
import { canMount, useDisks } from '../../cli/tmpfs.ts';
import { inlineCell, makeXlsx } from './support/make-xlsx.ts';
import { catchError, limits, makeDirectory } from './support/workbook-files.ts';

const files = makeDirectory();

/** Takes seconds to read, and little memory. */
const lengthy = files.write(makeXlsx({ sheet: `<worksheet>${'<a/>'.repeat(10_000_000)}` }));
const part = { path: 'FILE', location: lengthy, format: 'xlsx' } as const;
const lenient = { ...limits, inflationRatio: 10_000 };

test.each([0, 30, 300])(
  'an interruption after %i ms ends the reading and leaves nothing',
  async (ms) => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const options = { folder: files.directory, limits: lenient, signal: abort.signal };
    const outcome = expect(readWorkbook(part, options)).rejects.toBe(reason);
    await sleep(ms);
    abort.abort(reason);
    await outcome;
    expect(files.left()).toEqual([]);
  },
);

test('a process that is interrupted before it begins is not begun', async () => {
  const options = { folder: files.directory, limits, signal: AbortSignal.abort() };
  await expect(readWorkbook(part, options)).rejects.toThrow('aborted');
});

test('the child ends when its parent is gone', async () => {
  const entry = createRequire(import.meta.url).resolve('#workbook-child');
  const request = { ...part, folder: files.directory, limits: lenient };
  const child = spawn(process.execPath, [entry, JSON.stringify(request)]);
  await sleep(300);
  const end = once(child, 'close');
  child.stdin.destroy();
  expect(await end).toEqual([null, 'SIGKILL']);
});

test('what nobody foresaw is no fault of the file', async () => {
  const broken = { ...limits, workbookMemoryMb: Number.NaN };
  const work = readWorkbook(part, { folder: files.directory, limits: broken });
  await expect(work).rejects.toThrow('The process that read FILE ended with code 9.');
  expect(files.left()).toEqual([]);
});

describe.runIf(canMount)('a full disk', () => {
  const makeDisk = useDisks();

  test('disk_full', async () => {
    const folder = makeDisk('size=1m');
    const rows = `<row>${inlineCell('x'.repeat(100))}</row>`.repeat(20_000);
    const location = files.write(makeXlsx({ rows }));
    const error = await catchError(readWorkbook({ ...part, location }, { folder, limits }));
    expect(error.code).toBe('disk_full');
    expect(error.message).toMatch(
      /^FILE needs more room than is left to write .*--scratch-directory\.$/,
    );
  });
});
