import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { eluteProgram } from '../paths.ts';
import { readMemory } from '../process-tree.ts';
import { callElute } from '../server.ts';

export interface Running {
  readonly url: string;
  readonly token?: string;
  /** The most memory that its processes had since the last call, in megabytes. */
  peakMegabytes(): number;
  stop(): Promise<void>;
}

/** `elute serve` on a database, with a token that allows everything. */
export async function startElute(directory: string, database: string): Promise<Running> {
  const token = (
    await callElute(directory, [
      '--database',
      database,
      'token',
      'create',
      'bench',
      '--scope',
      'admin',
    ])
  ).trim();
  const child = spawn(
    process.execPath,
    [eluteProgram, '--directory', directory, 'serve', '--port', '0', '--rate-limit', '1000000'],
    {
      env: { ...process.env, DATABASE_URL: database },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const [line] = await once(child.stdout, 'data');
  return { ...watch(child), url: String(line).trim(), token };
}

/** One of the bare servers beside this file, ready to answer. */
export async function startBare(
  program: 'bare-read' | 'bare-write',
  env: Readonly<Record<string, string>>,
): Promise<Running> {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const path = fileURLToPath(new URL(`${program}.js`, import.meta.url));
  const child = spawn(process.execPath, [path], {
    env: { ...process.env, ...env, BENCH_PORT: String(port) },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  while (!(await isOpen(url))) await delay(20);
  return { ...watch(child), url };
}

async function isOpen(url: string): Promise<boolean> {
  return fetch(`${url}/1`, { method: 'OPTIONS', signal: AbortSignal.timeout(2000) }).then(
    () => true,
    () => false,
  );
}

const samplingMs = 50;

function watch(child: ChildProcess): Omit<Running, 'url'> {
  let peak = 0;
  const sampling = setInterval(() => {
    peak = Math.max(peak, readMemory(child.pid ?? 0).sumBytes);
  }, samplingMs);
  return {
    peakMegabytes: () => {
      const megabytes = Math.round(peak / 2 ** 20);
      peak = 0;
      return megabytes;
    },
    stop: async () => {
      clearInterval(sampling);
      child.kill('SIGTERM');
      await once(child, 'close');
    },
  };
}
