import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Place, people, usePlace } from './places.ts';

const checkout = resolve(import.meta.dirname, '..', '..');
const packed = mkdtempSync(join(tmpdir(), 'elute-packed-'));
/** Of the twenty in samples/users.csv one is rejected. */
const sampleUsers = 19;

interface PackedFile {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let tarball: PackedFile;

beforeAll(() => {
  // Built by the installation of the checkout; to build again would disturb who uses it now.
  const options = ['--silent', '--json', '--ignore-scripts', '--pack-destination', packed];
  const json = execFileSync('npm', ['pack', ...options], { cwd: checkout, encoding: 'utf8' });
  [tarball] = JSON.parse(json);
});
afterAll(() => rmSync(packed, { recursive: true, force: true }));

test('the package holds the program, its statements, documents and samples', () => {
  const paths = tarball.files.map(({ path }) => path);
  const folders = new Set(paths.filter((path) => path.includes('/')).map(firstPart));
  expect([...folders].sort()).toEqual(['dist', 'docs', 'samples', 'sql']);
  expect(paths).toEqual(expect.arrayContaining(['dist/main.js', 'README.md', 'LICENSE']));
});

describe.each(people)('$name', (person) => {
  const place = usePlace(person);

  if (person.clones) {
    test('runs the demo in a fresh clone of what is committed', async () => {
      execFileSync('git', ['clone', '--quiet', '--no-hardlinks', checkout, place.path('clone')]);
      place.give();
      const inClone = (line: string) => expectExit(place, 'clone', line, 0);
      expect(await inClone('npm ci && npm run demo')).toContain('Caffeine');
      await inClone('npx elute database stop');
    });
  }

  test.each(person.options)('installs the package and uses it: npm i -g %s', async (option) => {
    const lab = `lab${option}`;
    mkdirSync(place.path(lab));
    copyFileSync(join(packed, tarball.filename), place.path('elute.tgz'));
    place.give();
    const inLab = (line: string, exitCode = 0) => expectExit(place, lab, line, exitCode);
    await inLab(`npm i -g --prefix ../global${option} ${option} ../elute.tgz`);
    const elute = `../global${option}/bin/elute`;
    expect(await inLab(`${elute} --version`)).toBe(`${readVersion()}\n`);
    await inLab(`${elute} load ../global${option}/lib/node_modules/elute/samples`, 3);
    expect(JSON.parse(await inLab(`${elute} features --json`))).toHaveLength(sampleUsers);
    const script = `import { handler } from 'elute/lambda'; console.log(typeof handler)`;
    const inGlobal = `cd ../global${option}/lib && node --input-type=module --eval`;
    expect(await inLab(`${inGlobal} "${script}"`)).toBe('function\n');
    await inLab(`${elute} database stop`);
  });
});

/** Standard output of a line of shell that must end with that exit code. */
async function expectExit(
  place: Place,
  folder: string,
  line: string,
  expected: number,
): Promise<string> {
  const { exitCode, stdout, output } = await place.run(line, folder);
  expect(exitCode, `${line}\n${output}`).toBe(expected);
  return stdout;
}

function readVersion(): string {
  return JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')).version;
}

function firstPart(path: string): string | undefined {
  return path.split('/')[0];
}
