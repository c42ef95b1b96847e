import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LabFiles } from './files.ts';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const memoryReporter = new URL('peak-memory.js', import.meta.url).href;

/** Standard output of a command on the embedded server of a directory. */
export async function callElute(directory: string, args: readonly string[]): Promise<string> {
  const command = [program, '--directory', directory, ...args];
  const env = { ...process.env, DATABASE_URL: '' };
  return (await promisify(execFile)(process.execPath, command, { env })).stdout;
}

/** From the start of the process to its end: schema, rows, features, receipt. */
export async function measureLoad(
  directory: string,
  { folder }: LabFiles,
  url: string,
): Promise<{ seconds: number; peakMegabytes: number }> {
  const command = [program, '--directory', directory, '--database', url, 'load', folder];
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', memoryReporter, ...command], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const [report, [exitCode]] = await Promise.all([readPipe(child.stdio[3]), once(child, 'close')]);
  const seconds = (performance.now() - start) / 1000;
  if (exitCode !== 0) throw new Error(`elute load ended with ${exitCode}`);
  return { seconds, peakMegabytes: Number(report) / 1024 };
}

async function readPipe(pipe: unknown): Promise<string> {
  return pipe instanceof Readable ? text(pipe) : '';
}
