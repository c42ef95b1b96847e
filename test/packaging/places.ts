import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll } from 'vitest';

/** Somebody who types commands. */
export interface Person {
  readonly name: string;
  /** The user they are; undefined for whoever runs the tests. */
  readonly uid?: number;
  /** Whether they clone the repository as well. CI, which is root, runs in a fresh clone itself. */
  readonly clones: boolean;
  /** Options that they give to npm when they install the package. */
  readonly options: readonly string[];
}

/** A person in a folder of mode 700, with an empty home, hence an empty npm cache. */
export interface Place {
  /** Absolute path of something in the folder. */
  path(name: string): string;
  /** Makes everything in the folder theirs. */
  give(): void;
  /** Runs a line of shell as they would, in a folder of the place. */
  run(line: string, folder: string): Promise<Outcome>;
}

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  /** Standard error and standard output, to be shown when a test fails. */
  readonly output: string;
}

const isRoot = process.getuid?.() === 0;
const ordinary = 'an ordinary user';

/** Root can be somebody else as well. The number is that of nobody and nogroup on Debian. */
export const people: readonly Person[] = isRoot
  ? [
      { name: 'root', clones: false, options: ['--ignore-scripts'] },
      { name: ordinary, uid: 65_534, clones: true, options: [''] },
    ]
  : [{ name: ordinary, clones: true, options: ['', '--ignore-scripts'] }];

/** Makes a place for the tests of the describe block. */
export function usePlace({ uid }: Person): Place {
  let root = '';
  const path = (name: string) => join(root, name);
  const give = () => {
    if (uid !== undefined) execFileSync('chown', ['-R', `${uid}:${uid}`, root]);
  };
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'elute-packaging-'));
    mkdirSync(path('home'));
    give();
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const run = (line: string, folder: string) =>
    runCommand([...lendUser(uid), 'sh', '-c', line], path(folder), {
      ...foreignEnvironment(),
      HOME: path('home'),
    });
  return { path, give, run };
}

function lendUser(uid: number | undefined): string[] {
  if (uid === undefined) return [];
  return ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--'];
}

async function runCommand(
  command: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Outcome> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [exitCode, stdout, stderr] = await Promise.all([
    ended,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { exitCode, stdout, output: stderr + stdout };
}

const ours = /^(npm_|VITEST|NODE_ENV$|INIT_CWD$|DATABASE_URL$|ELUTE_|TEST_)/;
const network = /^npm_config_(registry|cafile|proxy|https_proxy|noproxy)$/;

/** The environment without what npm and vitest add for the checkout, but with the way to the registry. */
function foreignEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => network.test(name) || !ours.test(name),
  );
  const path = (process.env['PATH'] ?? '').split(':').filter((p) => !p.includes('node_modules'));
  return { ...Object.fromEntries(entries), PATH: path.join(':') };
}
