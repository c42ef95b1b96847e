import { open } from 'node:fs/promises';
import type { Part } from './part.ts';
import { detectEncoding, encodingHeadBytes, makeDecoder } from './text/encoding.ts';

const headBytes = 4096;

/** Every dataset has a column of this kind. */
const idColumn = /(user|compound)[-_\s]*id/i;

/**
 * Whether a text found beside tables, such as a readme or some program's settings, is none. A file that the
 * user named, or one that calls itself a table, is never taken for such a text.
 */
export async function isOtherText(part: Part): Promise<boolean> {
  const isTable = part.format !== 'text' && part.format !== 'json';
  if (part.isNamed || isTable || /\.(csv|tsv)(\.\w+)?$/i.test(part.path)) return false;
  const head = await readHead(part.location);
  const { encoding, bomBytes } = detectEncoding(head.subarray(0, encodingHeadBytes));
  return !idColumn.test(makeDecoder(encoding)(head.subarray(bomBytes), false).toString('utf8'));
}

async function readHead(location: string): Promise<Buffer> {
  const file = await open(location);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
