import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { totalmem } from 'node:os';
import type { Readable } from 'node:stream';
import type { Command } from './contest.ts';
import { hasProcessTree, readEndedSeconds, readMemory, readTreeSeconds } from './process-tree.ts';

export interface Measured {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly databaseCpuSeconds: number;
}

export interface Limits {
  readonly seconds: number;
  /** Of the database server, whose time is counted apart. */
  readonly serverProcess?: number;
}

const samplingMs = 20;
/** Beyond this share of the machine a command is ended, so that the system need not choose a victim. */
const memoryShare = 0.7;

/** Runs a command to its end, with all processes it starts. Throws with a few words on why it failed. */
export async function measureCommand(command: Command, limits: Limits): Promise<Measured> {
  const [program, ...args] = command.argv;
  const before = readTimes(limits);
  const start = performance.now();
  const child = spawn(program, args, {
    env: { ...process.env, DATABASE_URL: '', ...command.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(command.folder !== undefined && { cwd: command.folder }),
    detached: true,
  });
  const watch = watchProcess(child.pid ?? 0, limits);
  const output = keepEnd([child.stdout, child.stderr]);
  const [exitCode] = await once(child, 'close').finally(watch.stop);
  const wallSeconds = (performance.now() - start) / 1000;
  if (watch.ending() !== undefined) throw new Error(watch.ending());
  if (exitCode !== 0 && exitCode !== command.exitCode) throw new Error(describeFault(output()));
  const after = readTimes(limits);
  return {
    wallSeconds,
    cpuSeconds: after.ended - before.ended,
    // Nothing of a command that ended before it was looked at.
    peakMegabytes: (watch.peakBytes() || Number.NaN) / 2 ** 20,
    databaseCpuSeconds: after.server - before.server,
  };
}

function readTimes({ serverProcess }: Limits): { ended: number; server: number } {
  if (!hasProcessTree) return { ended: Number.NaN, server: Number.NaN };
  const server = serverProcess === undefined ? Number.NaN : readTreeSeconds(serverProcess);
  return { ended: readEndedSeconds(), server };
}

interface Watch {
  peakBytes(): number;
  /** Why the command was ended before its time. */
  ending(): string | undefined;
  stop(): void;
}

function watchProcess(id: number, { seconds }: Limits): Watch {
  let peak = hasProcessTree ? 0 : Number.NaN;
  let ending: string | undefined;
  const end = (reason: string) => {
    ending ??= reason;
    process.kill(-id, 'SIGKILL');
  };
  const sample = () => {
    const { sumBytes, highestBytes } = readMemory(id);
    peak = Math.max(peak, sumBytes, highestBytes);
    const most = totalmem() * memoryShare;
    if (sumBytes > most) end(`> ${(most / 2 ** 30).toFixed(0)} GB of memory`);
  };
  const sampling = hasProcessTree ? setInterval(sample, samplingMs) : undefined;
  const timer = setTimeout(() => end(`> ${seconds} s`), seconds * 1000);
  return {
    peakBytes: () => peak,
    ending: () => ending,
    stop: () => {
      clearInterval(sampling);
      clearTimeout(timer);
    },
  };
}

/** What a command says last. */
function keepEnd(streams: readonly Readable[]): () => string {
  let text = '';
  for (const stream of streams) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      text = (text + chunk).slice(-20_000);
    });
  }
  return () => text;
}

/** The first line that names an error, in a length that fits into a table. */
function describeFault(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((text) => /(error|fatal|exception):/i.test(text)) ?? lines.at(-1) ?? '';
  return `fails: ${line.replace(/^.*?(ERROR|Error): +/, '').slice(0, 160)}`;
}
