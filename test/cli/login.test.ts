import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { type Lab, main, useLabs } from './run-elute.ts';

const makeLab = useLabs();
const hasScript = spawnSync('script', ['--version']).status === 0;
const running: ChildProcess[] = [];

// Registered after the labs, so that it runs before their databases go.
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'close');
  }
});

/** Starts a command that runs until the test is over; what it prints, up to what a pattern finds. */
async function readUntil(
  [program = '', ...args]: readonly string[],
  { folder, url }: Lab,
  pattern: RegExp,
): Promise<{ found: string; printed: string }> {
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], TERM: 'xterm', DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  running.push(child);
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    const found = pattern.exec(printed)?.[1];
    if (found !== undefined) return { found, printed };
  }
  throw new Error(`ended after printing ${printed}`);
}

const serve = [process.execPath, main, 'serve', '--port', '0'];

test.skipIf(!hasScript)(
  'on a terminal the server prints an address that logs in once',
  async () => {
    const command = ['script', '-qec', `exec ${serve.join(' ')} 2>/dev/null`, '/dev/null'];
    const { found } = await readUntil(
      command,
      await makeLab(),
      /(http\S+\/login\?code=[\w-]{43})\r?\n/,
    );
    const address = new URL(found);
    expect((await fetch(address)).status).toBe(200);
    const logIn = () =>
      fetch(new URL('/login', address), {
        method: 'POST',
        body: address.searchParams,
        redirect: 'manual',
      });
    const answer = await logIn();
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/api/v1/docs/']);
    const [cookie = ''] = answer.headers.getSetCookie()[0]?.split(';') ?? [];
    expect((await fetch(new URL('/api/v1/loads', address), { headers: { cookie } })).status).toBe(
      200,
    );
    expect((await logIn()).status).toBe(403);
  },
);

test('elsewhere it prints its address alone: what is piped ends in logs', async () => {
  const { found, printed } = await readUntil(serve, await makeLab(), /(http\S+)\n/);
  expect(printed).toBe(`${found}\n`);
  const health = await fetch(`${found}/healthz`);
  expect(await health.json()).toEqual({ status: 'ok' });
});
