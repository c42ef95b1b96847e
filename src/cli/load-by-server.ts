import type { RejectLimit } from '../domain/reject-limit.ts';
import type { LoadOutcome } from '../operations/load-files.ts';
import type { LoadFlags } from './load.ts';
import { makeRemoteSteps, type NextSteps } from './next-steps.ts';
import type { RemoteContext } from './program.ts';
import type { ProgressDisplay } from './progress.ts';

interface Carried {
  readonly outcome: LoadOutcome;
  readonly steps: NextSteps;
}

/** Has a server load what is named here. */
export async function loadByServer(
  { server, signal, progress }: RemoteContext,
  sources: readonly string[],
  flags: LoadFlags,
): Promise<Carried> {
  const { applyRemotely, loadRemotely } = await import('../client/load-remotely.ts');
  // One that is missing is told before anything is looked at.
  await server.token.read();
  warnOfClearText(server.url, progress);
  const work = {
    server,
    signal,
    onSent: (share: number) => progress.onProgress({ stage: 'upload', share }),
    onWaiting: () => progress.onProgress({ stage: 'queue' }),
    onProgress: progress.onProgress,
    onRetry: (reason: string, waitMs: number) =>
      progress.note(`elute: ${reason} Trying again in ${waitMs / 1000} s.`),
  };
  const outcome = await (flags.apply === undefined
    ? loadRemotely(work, sources, describeOptions(flags))
    : applyRemotely(work, flags.apply));
  return { outcome, steps: makeRemoteSteps(server.url) };
}

/** The options as the API names them; what is undefined is not sent. */
function describeOptions({ maxRejects, apply: _, json: __, ...flags }: LoadFlags) {
  return { ...flags, maxRejects: maxRejects && writeLimit(maxRejects) };
}

/** A share goes as the percentage that was typed, without what binary fractions add to it. */
function writeLimit(limit: RejectLimit): number | string {
  if ('rows' in limit) return limit.rows;
  return `${Number((limit.share * 100).toPrecision(12))}%`;
}

function warnOfClearText(url: string, { note }: ProgressDisplay): void {
  const { protocol, hostname } = new URL(url);
  const isLoopback = /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
  if (protocol === 'http:' && !isLoopback)
    note(`elute: the token and the files go to ${hostname} unencrypted; https would protect them.`);
}
