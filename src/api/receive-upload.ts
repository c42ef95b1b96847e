import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { Value } from 'typebox/value';
import { EluteError } from '../errors.ts';
import { guardWrite } from '../extract/write-faults.ts';
import type { Service } from '../jobs/service.ts';
import { makeUploadFolder, removeUpload } from '../jobs/upload-store.ts';
import type { GivenOptions } from './load-request.ts';
import { RequestError } from './problems.ts';
import { LoadOptions } from './schemas/loads.ts';

export interface Upload {
  readonly folder: string;
  readonly names: readonly string[];
  readonly options: GivenOptions;
}

/**
 * Writes the files of a multipart request to a folder of their own, byte by byte as they come; they are
 * safe on disk when what they are for is read. What fails leaves nothing behind.
 */
export async function receiveUpload<Result>(
  request: FastifyRequest,
  service: Service,
  read: (upload: Upload) => Result,
): Promise<Result> {
  const folder = await makeUploadFolder(service.uploads);
  try {
    return read(await receiveInto(folder, request, service.options.uploadLimit));
  } catch (error) {
    await removeUpload(service.uploads, folder);
    throw explain(error);
  }
}

/** The parser of multipart bodies tells a cut or malformed one by its words alone. */
function explain(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof EluteError || 'code' in error) return error;
  if (!/multipart|part header|needle/i.test(error.message)) return error;
  return new EluteError('invalid_request', 'The multipart body is cut or malformed.');
}

async function receiveInto(
  folder: string,
  request: FastifyRequest,
  limit: number,
): Promise<Upload> {
  const names: string[] = [];
  let options: GivenOptions = {};
  const count = makeCount(limit);
  for await (const part of request.parts()) {
    if (part.type === 'file') names.push(await receiveFile(folder, part, { names, count }));
    else if (part.fieldname === 'options') options = readOptions(part.value);
    else throw invalid(part.fieldname, 'is no field; known are options and files');
  }
  if (names.length === 0) throw invalid('files', 'holds no file; send at least one');
  await syncFolder(folder);
  return { folder, names, options };
}

interface Received {
  readonly names: readonly string[];
  readonly count: (bytes: number) => void;
}

async function receiveFile(
  folder: string,
  { filename, file }: MultipartFile,
  { names, count }: Received,
): Promise<string> {
  const name = checkName(filename, names);
  // Flushed to disk before it is closed.
  const target = createWriteStream(join(folder, name), { flags: 'wx', mode: 0o600, flush: true });
  await guardWrite(name, pipeline(file, countBytes(count), target));
  if (file.truncated) throw tooLarge();
  return name;
}

/** All files of a request together may take so much. */
function makeCount(limit: number): (bytes: number) => void {
  let total = 0;
  return (bytes) => {
    total += bytes;
    if (total > limit) throw tooLarge();
  };
}

function countBytes(count: (bytes: number) => void): Transform {
  return new Transform({
    transform: (chunk: Buffer, _, done) => {
      try {
        count(chunk.length);
        done(null, chunk);
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
}

function tooLarge(): EluteError {
  return new EluteError(
    'request_too_large',
    'The files are larger than this server takes (--upload-limit); nothing was kept.',
  );
}

/** A name without a path, as browsers send it; two files need two names. */
function checkName(filename: string, taken: readonly string[]): string {
  const name = basename(filename.replaceAll('\\', '/'));
  const isFit = name !== '' && name !== '.' && name !== '..' && Buffer.byteLength(name) <= 200;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  if (!isFit || /[\0-\x1f\x7f]/.test(name)) throw invalid('files', 'has a file without a fit name');
  if (taken.includes(name)) throw invalid('files', `has two files named ${name}`);
  return name;
}

function readOptions(text: unknown): GivenOptions {
  let options: unknown;
  try {
    options = JSON.parse(String(text));
  } catch {
    throw invalid('options', 'is no JSON');
  }
  if (Value.Check(LoadOptions, options)) return options;
  const [first] = Value.Errors(LoadOptions, options);
  throw invalid(`options${first?.instancePath ?? ''}`, first?.message ?? 'is wrong');
}

function invalid(field: string, message: string): RequestError {
  return new RequestError('invalid_request', `${field} ${message}.`, [{ in: field, message }]);
}

/** So that the names are as safe as the bytes. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
