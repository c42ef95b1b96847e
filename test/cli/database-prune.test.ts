import { expect, test } from 'vitest';
import { query } from '../support/database.ts';
import { faultyFiles, goodFiles, useLabs } from './run-elute.ts';

const makeLab = useLabs();

const age = (url: string) =>
  query(url, `update elute.loads set finished_at = finished_at - interval '100 days'`);

test('says what would go, then what went, and what it means for a load', async () => {
  const { run, url } = await makeLab(faultyFiles);
  await run('load', '.');
  await age(url);
  const planned = await run('database', 'prune', '--older-than', '90d', '--plan');
  expect(planned).toMatchObject({ exitCode: 0, stderr: '' });
  expect(steady(planned.stdout)).toMatchInlineSnapshot(`
    "What ended before 2026-01-02 03:04:05:

    kind      would go  bytes
    history          0      0  earlier versions of rows and features
    findings         3  N  rejects and warnings; their counts stay
    events           0      0  the progress of loads
    plans            0      0  what plans would do
    tokens           0      0  tokens that no longer hold
    jobs             0      0  jobs that failed for good
    uploads          0      0  folders of uploads that no load needs

    Nothing was changed.
    "
  `);
  const pruned = await run('database', 'prune', '--older-than', '90d');
  expect(pruned).toMatchObject({ exitCode: 0, stderr: '' });
  expect(steady(pruned.stdout)).toMatchInlineSnapshot(`
    "What ended before 2026-01-02 03:04:05:

    kind      gone  bytes
    history      0      0  earlier versions of rows and features
    findings     3  N  rejects and warnings; their counts stay
    events       0      0  the progress of loads
    plans        0      0  what plans would do
    tokens       0      0  tokens that no longer hold
    jobs         0      0  jobs that failed for good
    uploads      0      0  folders of uploads that no load needs

    PostgreSQL uses the space again for new rows, once autovacuum has passed.
    "
  `);
  expect(await run('rejects', '1', '--file', 'users.csv')).toMatchInlineSnapshot(`
    {
      "exitCode": 0,
      "stderr": "Load 1 had 3 rejected rows and 1 warning; the list is no longer kept in full since "elute database prune" of 2026-01-02 03:04:05.
    ",
      "stdout": "",
    }
  `);
  expect((await run('rejects', '1', '--format', 'csv', '--file', 'users.csv')).stdout).toBe('');
  expect((await run('undo', '1')).stderr.replace(/\d{4}-\d\d-\d\d/, 'DATE')).toMatchInlineSnapshot(`
    "elute: Load 1 cannot be undone, nothing was changed: what it and later loads replaced is no longer kept since "elute database prune" of DATE.
    "
  `);
  expect((await run('explain', '1')).stdout).toMatch(
    /\nWhat loads replaced until [\d :-]+ is no longer kept \(elute database prune\)\.\n$/,
  );
});

/** How many bytes a row takes is for the server to say. */
function steady(text: string): string {
  return text.replace(/ +\d+(?= {2}rejects)/, '  N').replaceAll(/ +\n/g, '\n');
}

test('gives it as JSON, of the kinds that were asked for', async () => {
  const { run, url } = await makeLab(goodFiles);
  await run('load', '.');
  await age(url);
  const { stdout } = await run(
    ...['database', 'prune', '--older-than', '2020-01-01', '--kind', 'uploads', 'events', '--json'],
  );
  expect(JSON.parse(stdout)).toMatchObject({
    before: '2020-01-01T00:00:00.000Z',
    isPlan: false,
    pruned: [{ kind: 'events' }, { kind: 'uploads', entries: 0, bytes: 0 }],
  });
});

test.each(['0d', '90', 'soon', '2999-01-01', '2020-02-30'])('refuses the age %s', async (text) => {
  const { run } = await makeLab();
  const { exitCode, stderr } = await run('database', 'prune', '--older-than', text);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Give an age from one day, such as 90d');
});

test('needs an age', async () => {
  const { run } = await makeLab();
  expect(await run('database', 'prune')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("required option '--older-than <age>' not specified"),
  });
});
