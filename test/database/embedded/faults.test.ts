import { expect, test } from 'vitest';
import { explainFileFault, makeServerFault } from '../../../src/database/embedded/faults.ts';
import { layoutOf } from '../../../src/database/embedded/layout.ts';

const layout = layoutOf('/lab/.elute');

test.each(['No space left on device', 'Disk quota exceeded'])('%s is disk_full', (reason) => {
  const output = `FATAL:  could not write lock file "postmaster.pid": ${reason}`;
  const fault = makeServerFault({ what: 'It failed', layout, source: layout.log, output });
  expect(fault).toMatchObject({ code: 'disk_full' });
  expect(fault.message).toMatchInlineSnapshot(
    `"The disk that holds the database in /lab/.elute/postgres is full. Free some space and try again."`,
  );
});

test.each([
  ['ENOSPC', 'disk_full'],
  ['EDQUOT', 'disk_full'],
  ['EACCES', 'database_unusable'],
  ['EROFS', 'database_unusable'],
  ['ENOTDIR', 'database_unusable'],
])('%s of the file system is %s', (errno, code) => {
  const error = Object.assign(new Error(errno), { code: errno });
  expect(explainFileFault(error, layout)).toMatchObject({ code, cause: error });
});

test('other errors are not touched', () => {
  const error = new Error('bug');
  expect(explainFileFault(error, layout)).toBe(error);
});

test('only the last lines of a long log are shown', () => {
  const output = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`).join('\n');
  const fault = makeServerFault({ what: 'It failed', layout, source: layout.log, output });
  expect(fault.message).toMatchInlineSnapshot(`
    "It failed. Mend what the last lines of /lab/.elute/postgres/server.log name and try again, or name a PostgreSQL server of your own with DATABASE_URL:
      line 13
      line 14
      line 15
      line 16
      line 17
      line 18
      line 19
      line 20"
  `);
});
