import type { Load, LoadError, LoadState, Progress } from '../domain/load.ts';
import type { Plan } from '../domain/plan.ts';
import { makeKnownError, readAnswer } from './call-server.ts';

/** A load as the server tells it. */
export interface LoadDocument extends Load {
  readonly progress?: Progress;
  /** Of plans alone. */
  readonly plan?: Plan;
}

/** What became of files that a server was given; the same as of a load here. */
export interface RemoteOutcome {
  readonly load?: Load;
  readonly plan?: Plan;
  readonly alreadyLoaded: readonly { readonly path: string; readonly loadId: number }[];
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
}

const passing: readonly LoadState[] = ['queued', 'running'];

export function hasEnded(state: LoadState): boolean {
  return !passing.includes(state);
}

/** Reads a load as the server tells it; dates travel as texts. */
export async function readLoadDocument(response: Response): Promise<LoadDocument> {
  const { startedAt, finishedAt, undoneAt, undoRequestedAt, ...load } =
    await readAnswer<LoadDocument>(response);
  return {
    ...load,
    startedAt: new Date(startedAt),
    ...(finishedAt && { finishedAt: new Date(finishedAt) }),
    ...(undoneAt && { undoneAt: new Date(undoneAt) }),
    ...(undoRequestedAt && { undoRequestedAt: new Date(undoRequestedAt) }),
  };
}

/** What a load that has ended came to. Throws the error that ended it; `address` is where its rejects are. */
export function readOutcome(document: LoadDocument, address: string): RemoteOutcome {
  const { plan, progress: _, leftAlone, ...load } = document;
  if (load.error) throw explainEnd(load.error, address);
  const { alreadyLoaded = [], leftOut = [] } = leftAlone ?? {};
  return { alreadyLoaded, leftOut, ...(load.files.length > 0 && { load }), ...(plan && { plan }) };
}

function explainEnd({ code, message }: LoadError, address: string): Error {
  const hint = code === 'too_many_rejects' ? ` See them: GET ${address}` : '';
  return makeKnownError(code, `${message}${hint}`);
}
