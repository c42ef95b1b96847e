import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Built by `npm test` before: Node 20 does not run TypeScript. */
const built = fileURLToPath(new URL('../../../dist/database/embedded/server.js', import.meta.url));

const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];

export interface StarterOptions {
  readonly asNobody?: boolean;
  /** Stays alive after the start, to be killed. */
  readonly lingers?: boolean;
}

type Starter = ChildProcessByStdio<null, Readable, null>;

/** A process of its own, in a process group of its own, that starts the server. */
export function spawnStarter(directory: string, options: StarterOptions = {}): Starter {
  const script = `
    const { startEmbeddedServer } = await import(${JSON.stringify(built)});
    try { console.log(await startEmbeddedServer(${JSON.stringify(directory)})); }
    catch (error) { console.log(error.code + ': ' + error.message); }
    ${options.lingers ? 'setInterval(() => {}, 1000);' : ''}`;
  const node = [process.execPath, '--input-type=module', '--eval', script];
  const [program = '', ...args] = options.asNobody ? [...asNobody, ...node] : node;
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
  return spawn(program, args, { detached: true, stdio, cwd: '/' });
}

/** What the starter printed: the URL, or the error. */
export async function runStarter(directory: string, options: StarterOptions = {}): Promise<string> {
  const starter = spawnStarter(directory, options);
  const [output] = await Promise.all([text(starter.stdout), once(starter, 'exit')]);
  return output.trim();
}

/** Whether `nobody` may read this checkout; not so below a home of mode 700. */
export function isBuildOpenToNobody(): boolean {
  const [program = '', ...args] = [...asNobody, process.execPath, '--check', built];
  return spawnSync(program, args, { cwd: '/' }).status === 0;
}
