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

/** What is known of one attempt when it fails. */
interface Attempt {
  isSent: boolean;
  /** Of reading the files; for who sends them it is one of the connection. */
  fault?: unknown;
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
  const attempts: Attempt[] = [];
  try {
    return await withRetries(patience, async () => {
      const attempt: Attempt = { isSent: false };
      attempts.push(attempt);
      return sendForm(server, { form, idempotencyKey, onSent, attempt }, patience.signal);
    });
  } catch (error) {
    if (patience.signal.aborted) throw makeInterrupted(attempts.some(({ isSent }) => isSent));
    throw error;
  }
}

interface Sending extends Pick<Upload, 'idempotencyKey' | 'onSent'> {
  readonly form: Multipart;
  readonly attempt: Attempt;
}

async function sendForm(
  server: Server,
  sending: Sending,
  interruption: AbortSignal,
): Promise<LoadDocument> {
  const { form, idempotencyKey, attempt } = sending;
  const ending = new AbortController();
  const interrupt = () => {
    if (attempt.isSent) setTimeout(() => ending.abort(), answerMs).unref();
    else ending.abort();
  };
  if (interruption.aborted) interrupt();
  interruption.addEventListener('abort', interrupt);
  try {
    const response = await callServer(server, 'loads', {
      method: 'POST',
      headers: {
        'content-type': form.contentType,
        'content-length': String(form.sizeBytes),
        'idempotency-key': idempotencyKey,
      },
      body: ReadableStream.from(writeForm(sending)),
      duplex: 'half',
      signal: ending.signal,
    });
    return await readLoadDocument(response);
  } catch (error) {
    throw attempt.fault ?? error;
  } finally {
    interruption.removeEventListener('abort', interrupt);
  }
}

async function* writeForm({ form, attempt, onSent }: Sending): AsyncGenerator<Uint8Array> {
  let sentBytes = 0;
  try {
    for await (const chunk of form.write()) {
      yield chunk;
      sentBytes += chunk.length;
      onSent(sentBytes / form.sizeBytes);
    }
    attempt.isSent = true;
  } catch (error) {
    attempt.fault = error;
    throw error;
  }
}

function makeInterrupted(mayHaveArrived: boolean): EluteError {
  return new EluteError(
    'interrupted',
    mayHaveArrived
      ? 'Interrupted; the server did not answer, and may load the files all the same.'
      : 'Interrupted; nothing was loaded.',
  );
}
