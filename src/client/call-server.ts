import { setTimeout as delay } from 'node:timers/promises';
import { EluteError, type ErrorCode, errorCatalogue } from '../errors.ts';
import type { Secret } from '../secrets/secret.ts';

/** A server, and who asks it. */
export interface Server {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: Secret;
}

export interface Call extends Omit<RequestInit, 'signal'> {
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Asks the server for a path below /api/v1; its answer, where that is a good one. Throws the error that a
 * problem document tells, `server_unreachable`, `interrupted`, and what the token throws.
 */
export async function callServer(
  { url, token }: Server,
  path: string,
  call: Call,
): Promise<Response> {
  const known = await token.read();
  try {
    return await callOnce({ url, token: known }, path, call);
  } catch (error) {
    // A token may have been replaced by now. What is streamed cannot be sent twice.
    const isUnknown = error instanceof EluteError && error.code === 'token_invalid';
    if (!isUnknown || call.body instanceof ReadableStream) throw error;
    const fresh = await token.refresh();
    if (fresh === known) throw error;
    return callOnce({ url, token: fresh }, path, call);
  }
}

async function callOnce(
  { url, token }: { readonly url: string; readonly token: string },
  path: string,
  call: Call,
): Promise<Response> {
  const authorization = `Bearer ${token}`;
  const response = await fetch(`${url}/api/v1/${path}`, {
    ...call,
    // Together, these two keep fetch from copying the body for a redirect, which takes memory for all of it.
    redirect: 'error',
    window: null,
    headers: { ...call.headers, authorization },
  }).catch((error) => {
    throw explainFailure(url, error, call.signal);
  });
  if (response.ok) return response;
  throw await readProblem(url, response);
}

/** Reads an answer whose shape the server's own schema has checked. */
export async function readAnswer<Answer>(response: Response): Promise<Answer> {
  try {
    return (await response.json()) as Answer;
  } catch (cause) {
    throw new EluteError('server_unreachable', 'The answer of the server broke off.', { cause });
  }
}

function explainFailure(url: string, cause: unknown, signal: AbortSignal): EluteError {
  if (signal.aborted && !isTimeout(signal.reason))
    return new EluteError('interrupted', 'Interrupted; nothing was loaded.', { cause });
  const fault = describe(cause);
  if (fault === 'unexpected redirect')
    return new EluteError(
      'invalid_configuration',
      `${url} points to another address. Name that one with --server.`,
      { cause },
    );
  return new EluteError(
    'server_unreachable',
    `The server ${url} cannot be reached (${fault}). Check --server, and that "elute serve" runs there.`,
    { cause },
  );
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError';
}

/** The fault of the network lies below the one of the client, which says nothing. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.cause instanceof Error) return describe(error.cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

async function readProblem(url: string, response: Response): Promise<EluteError> {
  const problem: unknown = await response.json().catch(() => undefined);
  const { status } = response;
  if (isProblem(problem)) return makeKnownError(problem.code, problem.detail);
  if (status === 502 || status === 503 || status === 504)
    return new EluteError(
      'server_unreachable',
      `${url} answers that no server is there (${status}).`,
    );
  return new EluteError(
    'invalid_configuration',
    `${url} does not answer as Elute does (${status}). Check --server.`,
  );
}

function isProblem(document: unknown): document is { code: string; detail: string } {
  if (typeof document !== 'object' || document === null) return false;
  const { code, detail } = document as { code?: unknown; detail?: unknown };
  return typeof code === 'string' && typeof detail === 'string';
}

/** A server may be newer than this program. */
export function makeKnownError(code: string, message: string): EluteError {
  return new EluteError(isErrorCode(code) ? code : 'internal', message);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}

/** Told why something is tried again, and after how long. */
export type OnRetry = (reason: string, waitMs: number) => void;

export interface Patience {
  readonly waitsMs: readonly number[];
  readonly signal: AbortSignal;
  readonly onRetry: OnRetry;
}

/** Tries again, each time after a longer wait, while the server is away, starting or busy. */
export async function withRetries<Result>(
  { waitsMs, signal, onRetry }: Patience,
  work: () => Promise<Result>,
): Promise<Result> {
  for (const waitMs of waitsMs) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error;
      onRetry(error.message, waitMs);
      await delay(waitMs, undefined, { signal }).catch((cause) => {
        throw new EluteError('interrupted', 'Interrupted; nothing was loaded.', { cause });
      });
    }
  }
  return work();
}

function isPassing(error: unknown): error is EluteError {
  if (!(error instanceof EluteError)) return false;
  return error.code === 'rate_limited' || errorCatalogue[error.code].status === 503;
}
