import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openUploadStore } from '../../src/jobs/upload-store.ts';
import { useFolders } from '../support/lab.ts';

const makeFolder = useFolders();
const id = '0f2c1f6e-8f1c-4f53-9d3a-0a7b5d1f2c3d';

test('who opens a folder while another gives it an id waits for it', async () => {
  const folder = makeFolder();
  const path = join(folder, 'store-id');
  writeFileSync(path, '');
  const opening = openUploadStore(folder, 'lab');
  // The last that is written before the id is read.
  await vi.waitFor(() => expect(existsSync(join(folder, 'database-lab'))).toBe(true), {
    interval: 1,
  });
  writeFileSync(path, id);
  expect(await opening).toEqual({ folder, id });
});

test('an id that stays away is named', async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, 'store-id'), '');
  await expect(openUploadStore(folder, 'lab', 50)).rejects.toMatchObject({
    code: 'invalid_configuration',
    message: expect.stringContaining(join(folder, 'store-id')),
  });
});
