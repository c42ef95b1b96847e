import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { EluteError } from '../errors.ts';
import {
  type ArchiveEnd,
  type ArchiveHeader,
  archiveVersion,
  type Frame,
  type FrameKind,
  frameHeadBytes,
  frameKinds,
  makeDamaged,
  mostFrameBytes,
} from './archive.ts';

/** An archive, read front to back; whatever is wrong with it is `backup_damaged`. */
export interface ArchiveReader {
  readonly header: ArchiveHeader;
  /** The next frame, which must be one of some kinds. */
  next(...kinds: FrameKind[]): Promise<Frame>;
  /** Throws unless the last frame says that all came as it was written, and nothing follows. */
  finish(rows: number): Promise<void>;
}

/** Lends a reader of an archive. Throws `path_not_found`, `path_unreadable` and `backup_damaged`. */
export async function withArchive<Result>(
  path: string,
  work: (archive: ArchiveReader) => Promise<Result>,
): Promise<Result> {
  const unpacked = createGunzip();
  pipeline(createReadStream(path), unpacked, () => {}); // Told to whoever reads it.
  try {
    const hash = createHash('sha256');
    const frames = readFrames(unpacked, path, hash);
    const next = (...kinds: FrameKind[]) => readKind(frames, path, kinds);
    const header = await readHeader(next, path);
    const finish = (rows: number) => checkEnd(frames, { path, hash, rows });
    return await work({ header, next, finish });
  } finally {
    unpacked.destroy();
  }
}

/** What the JSON of a frame says; the hash at the end tells whether it was written by us. */
export function readJson<Value>({ payload }: Frame, path: string): Value {
  try {
    return JSON.parse(payload.toString('utf8')) as Value;
  } catch (error) {
    throw makeDamaged(path, 'holds something else', error);
  }
}

async function readHeader(next: ArchiveReader['next'], path: string): Promise<ArchiveHeader> {
  const header = readJson<ArchiveHeader>(await next(frameKinds.header), path);
  if (header.format !== 'elute-backup') throw makeDamaged(path, 'holds something else');
  if (header.archiveVersion <= archiveVersion) return header;
  throw new EluteError(
    'schema_too_new',
    `${path} was written by Elute ${header.program}, in a form that this program does not know. Install that version.`,
  );
}

async function readKind(
  frames: AsyncGenerator<Frame, void>,
  path: string,
  kinds: readonly FrameKind[],
): Promise<Frame> {
  const { value } = await frames.next();
  if (value === undefined) throw makeDamaged(path, 'is cut');
  if (kinds.includes(value.kind)) return value;
  throw makeDamaged(path, 'holds its parts in another order');
}

async function checkEnd(
  frames: AsyncGenerator<Frame, void>,
  { path, hash, rows }: { path: string; hash: Hash; rows: number },
): Promise<void> {
  const sha256 = hash.copy();
  const end = readJson<ArchiveEnd>(await readKind(frames, path, [frameKinds.end]), path);
  if (end.sha256 !== sha256.digest('hex') || end.rows !== rows)
    throw makeDamaged(path, 'does not hold what was written');
  const { done } = await frames.next();
  if (!done) throw makeDamaged(path, 'goes on after its end');
}

async function* readFrames(
  source: AsyncIterable<Buffer>,
  path: string,
  hash: Hash,
): AsyncGenerator<Frame, void> {
  let waiting: Buffer = Buffer.alloc(0);
  try {
    for await (const piece of source) {
      waiting = waiting.length === 0 ? piece : Buffer.concat([waiting, piece]);
      for (let frame = cutFrame(waiting, path); frame; frame = cutFrame(waiting, path)) {
        const whole = frameHeadBytes + frame.payload.length;
        // The end is no part of what it vouches for.
        if (frame.kind !== frameKinds.end) hash.update(waiting.subarray(0, whole));
        waiting = waiting.subarray(whole);
        yield frame;
      }
    }
  } catch (error) {
    throw explainFault(error, path);
  }
  if (waiting.length > 0) throw makeDamaged(path, 'is cut');
}

/** The first frame of some bytes; undefined where it is not complete. */
function cutFrame(bytes: Buffer, path: string): Frame | undefined {
  if (bytes.length < frameHeadBytes) return undefined;
  const letter = bytes.toString('latin1', 0, 1);
  const kind = Object.values(frameKinds).find((one) => one === letter);
  const length = bytes.readUInt32BE(1);
  if (kind === undefined || length > mostFrameBytes) throw makeDamaged(path, 'is no such file');
  if (bytes.length < frameHeadBytes + length) return undefined;
  return { kind, payload: bytes.subarray(frameHeadBytes, frameHeadBytes + length) };
}

function explainFault(error: unknown, path: string): unknown {
  if (error instanceof EluteError || !(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'ENOENT')
    return new EluteError('path_not_found', `There is no file ${path}.`, { cause: error });
  if (typeof error.code === 'string' && error.code.startsWith('Z_'))
    return makeDamaged(path, 'is cut or damaged', error);
  return new EluteError('path_unreadable', `${path} cannot be read: ${error.message}.`, {
    cause: error,
  });
}
