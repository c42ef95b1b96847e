import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Arrival, groupFiles } from '../../src/watch/group-files.ts';
import { makeSettling } from '../../src/watch/settle.ts';
import type { WatchedFile } from '../../src/watch/watched-source.ts';

async function group(files: readonly WatchedFile[], set: readonly string[]): Promise<Arrival[]> {
  async function* list() {
    yield* files;
  }
  const arrivals: Arrival[] = [];
  for await (const batch of groupFiles(list(), { set })) arrivals.push(...batch);
  return arrivals;
}

const set = ['users*.csv', 'runs.csv'];
const names = ['users.csv', 'users_2.csv', 'runs.csv', 'other.csv'];
const file = fc.record({
  folder: fc.constantFrom('/in/', '/in/a/', '/in/a/b/', 's3://lab/x/'),
  name: fc.constantFrom(...names),
  version: fc.constantFrom('1', '2'),
});
const files = fc
  .uniqueArray(file, { selector: ({ folder, name }) => folder + name })
  .map((list) => list.map(({ folder, name, version }) => ({ location: folder + name, version })));

test('without a set every file is by itself', async () => {
  await fc.assert(
    fc.asyncProperty(files, async (listed) => {
      const arrivals = await group(listed, []);
      expect(arrivals.map(({ location }) => location)).toEqual(
        listed.map(({ location }) => location),
      );
    }),
  );
});

test('a set is complete when each pattern has a file, and has nothing else in it', async () => {
  await fc.assert(
    fc.asyncProperty(files, async (listed) => {
      const arrivals = await group(listed, set);
      const paths = new Set(listed.map(({ location }) => location));
      const folders = new Set(listed.map(({ location }) => location.replace(/[^/]*$/, '')));
      const isComplete = (folder: string) =>
        paths.has(`${folder}runs.csv`) &&
        (paths.has(`${folder}users.csv`) || paths.has(`${folder}users_2.csv`));
      expect(new Set(arrivals.map(({ location }) => location))).toEqual(
        new Set([...folders].filter(isComplete)),
      );
      for (const { location, files: members } of arrivals)
        expect(members.map((member) => member.location)).toEqual(
          [...paths]
            .filter(
              (path) =>
                path.startsWith(location) &&
                !path.slice(location.length).includes('/') &&
                !path.endsWith('other.csv'),
            )
            .sort(),
        );
    }),
  );
});

test('the fingerprint changes with any file, and not with the order', async () => {
  await fc.assert(
    fc.asyncProperty(files, fc.nat(), async (listed, at) => {
      const before = await group(listed, set);
      const reversed = await group(listed.toReversed(), set);
      const prints = (arrivals: Arrival[]) =>
        new Map(arrivals.map(({ location, fingerprint }) => [location, fingerprint]));
      expect(prints(reversed)).toEqual(prints(before));
      const changed = listed[at % Math.max(1, listed.length)];
      if (changed === undefined) return;
      const after = await group(
        listed.map((one) => (one === changed ? { ...one, version: '3' } : one)),
        set,
      );
      for (const { location, files: members, fingerprint } of before)
        expect(prints(after).get(location) === fingerprint).toBe(!members.includes(changed));
    }),
  );
});

test('an arrival settles when it was seen unchanged for long enough, whatever was seen between', () => {
  const looks = fc.array(
    fc.record({
      at: fc.nat(100),
      location: fc.constantFrom('a', 'b'),
      fingerprint: fc.constantFrom('1', '2'),
    }),
  );
  fc.assert(
    fc.property(looks, (unordered) => {
      const settling = makeSettling(20);
      const since = new Map<string, { fingerprint: string; at: number }>();
      for (const { at, location, fingerprint } of unordered.toSorted((a, b) => a.at - b.at)) {
        const before = since.get(location);
        const first = before?.fingerprint === fingerprint ? before.at : at;
        since.set(location, { fingerprint, at: first });
        const { settled } = settling.pick([{ location, fingerprint, files: [] }], at);
        expect(settled.length === 1).toBe(at - first >= 20);
        if (settled.length === 1) since.delete(location);
      }
    }),
  );
});
