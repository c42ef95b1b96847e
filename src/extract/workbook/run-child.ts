import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import type { Request } from './protocol.ts';

/** How the process that reads a workbook ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  /** The last of what it wrote to stderr. */
  readonly errors: string;
  readonly isTimedOut: boolean;
}

/** Beyond it a timer fires at once. */
const maxTimeoutMs = 2 ** 31 - 1;

/** Runs the child to its end, or kills it once its time is over or the signal aborts. */
export async function runChild(request: Request, signal?: AbortSignal): Promise<ChildEnd> {
  const child = startChild(request);
  let isTimedOut = false;
  const kill = () => void child.kill('SIGKILL');
  const timer = setTimeout(
    () => {
      isTimedOut = true;
      kill();
    },
    Math.min(request.limits.workbookSeconds * 1000, maxTimeoutMs),
  );
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const [output, errors, end] = await Promise.all([
      readAll(child.stdout),
      readTail(child.stderr),
      waitForEnd(child),
    ]);
    return { ...end, output, errors, isTimedOut };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
  }
}

/**
 * It inherits neither environment nor files. Its stdin tells it when this process is gone.
 * Should the system keep its memory when it aborts, that lands among the copies and goes with them.
 */
function startChild(request: Request) {
  const entry = createRequire(import.meta.url).resolve('#workbook-child');
  const heap = `--max-old-space-size=${request.limits.workbookMemoryMb}`;
  return spawn(process.execPath, [heap, entry, JSON.stringify(request)], {
    cwd: request.folder,
    env: {},
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

async function readAll(stream: Readable): Promise<string> {
  stream.setEncoding('utf8');
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

const tailCharacters = 8192;

async function readTail(stream: Readable): Promise<string> {
  stream.setEncoding('utf8');
  let text = '';
  for await (const chunk of stream) text = (text + String(chunk)).slice(-tailCharacters);
  return text;
}

function waitForEnd(child: ChildProcess): Promise<Pick<ChildEnd, 'code' | 'signal'>> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}
