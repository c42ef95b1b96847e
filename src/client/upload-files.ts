import { EluteError } from '../errors.ts';
import { callServer, type Patience, type Server, withRetries } from './call-server.ts';
import { type LoadDocument, readLoadDocument } from './load-document.ts';
import { type Multipart, makeMultipart, type SentFile } from './multipart.ts';

/** What has been sent in full may have arrived: its answer is waited for, also when the user interrupts. */
const answerMs = 10_000;

interface Upload {
  readonly files: readonly SentFile[];
  /** As the API has them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The same key means the same load: an upload whose answer was lost is not doubled. */
  readonly idempotencyKey: string;
  readonly onSent: (share: number) => void;
}

/**
 * Sends files to be loaded; the load they make. Tries again while the server is away. Throws what the
 * server says against it, `server_unreachable`, `file_changed` and `interrupted`.
 */
export async function uploadFiles(
  server: Server,
  { files, options, idempotencyKey, onSent }: Upload,
  patience: Patience,
): Promise<LoadDocument> {
  const form = makeMultipart(options, files);
  return withRetries(patience, async () => {
    const sending = startSending(form, onSent, patience.signal);
    try {
      const response = await callServer(server, 'loads', {
        method: 'POST',
        headers: {
          'content-type': form.contentType,
          'content-length': String(form.sizeBytes),
          'idempotency-key': idempotencyKey,
        },
        body: sending.body,
        duplex: 'half',
        signal: sending.signal,
      });
      return await readLoadDocument(response);
    } catch (error) {
      throw sending.explain(error);
    } finally {
      sending.end();
    }
  });
}

/** The form as a body, and the signal that ends its request. */
function startSending(form: Multipart, onSent: Upload['onSent'], interruption: AbortSignal) {
  const ending = new AbortController();
  let isSent = false;
  let fault: unknown;
  const interrupt = () => {
    if (isSent) setTimeout(() => ending.abort(), answerMs).unref();
    else ending.abort();
  };
  async function* write(): AsyncGenerator<Uint8Array> {
    let sentBytes = 0;
    try {
      for await (const chunk of form.write()) {
        yield chunk;
        sentBytes += chunk.length;
        onSent(sentBytes / form.sizeBytes);
      }
      isSent = true;
    } catch (error) {
      fault = error;
      throw error;
    }
  }
  if (interruption.aborted) interrupt();
  interruption.addEventListener('abort', interrupt);
  return {
    body: ReadableStream.from(write()),
    signal: ending.signal,
    end: () => interruption.removeEventListener('abort', interrupt),
    explain: (error: unknown) =>
      explain(error, { fault, isSent, isInterrupted: interruption.aborted }),
  };
}

/** A fault of reading a file is one of the connection for who sends it. */
function explain(
  error: unknown,
  { fault, isSent, isInterrupted }: { fault: unknown; isSent: boolean; isInterrupted: boolean },
): unknown {
  if (isInterrupted && isSent)
    return new EluteError(
      'interrupted',
      'Interrupted; the server did not answer, and may load the files all the same.',
    );
  if (isInterrupted) return new EluteError('interrupted', 'Interrupted; nothing was loaded.');
  return fault ?? error;
}
