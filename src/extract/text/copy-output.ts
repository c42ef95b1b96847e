import { type FileHandle, open } from 'node:fs/promises';
import { guardWrite } from '../write-faults.ts';
import { byteAt, lineFeed } from './quoting.ts';

/** A file being written through a buffer that grows with what one chunk of input becomes. */
export interface CopyOutput {
  target: string;
  file: FileHandle;
  buffer: Buffer;
  used: number;
}

export async function openOutput(target: string): Promise<CopyOutput> {
  const file = await guardWrite(target, open(target, 'w'));
  return { target, file, buffer: Buffer.allocUnsafe(2 * 1024 * 1024), used: 0 };
}

/** Of Number.MAX_SAFE_INTEGER. */
const maxDigits = 16;
const digitZero = 0x30;

export interface Slice {
  bytes: Buffer;
  start: number;
  end: number;
}

/** `frame` is the fault between its delimiters. */
export function appendRecord(output: CopyOutput, line: number, frame: Buffer, record: Slice): void {
  reserve(output, maxDigits + frame.length + record.end - record.start + 1);
  putNumber(output, line);
  putBytes(output, frame, 0, frame.length);
  putBytes(output, record.bytes, record.start, record.end);
  output.buffer[output.used++] = lineFeed;
}

function putNumber(output: CopyOutput, number: number): void {
  const { buffer } = output;
  let length = 1;
  for (let power = 10; power <= number; power *= 10) length++;
  let rest = number;
  for (let at = output.used + length - 1; at >= output.used; at--) {
    const next = Math.floor(rest / 10);
    buffer[at] = digitZero + rest - next * 10;
    rest = next;
  }
  output.used += length;
}

/** Most records are short, and there a loop beats the call of `copy`. */
function putBytes(output: CopyOutput, bytes: Buffer, start: number, end: number): void {
  const { buffer, used } = output;
  if (end - start > 32) bytes.copy(buffer, used, start, end);
  else for (let at = start; at < end; at++) buffer[used + at - start] = byteAt(bytes, at);
  output.used += end - start;
}

function reserve(output: CopyOutput, bytes: number): void {
  const wanted = output.used + bytes;
  if (wanted <= output.buffer.length) return;
  const larger = Buffer.allocUnsafe(Math.max(wanted, output.buffer.length * 2));
  output.buffer.copy(larger, 0, 0, output.used);
  output.buffer = larger;
}

export async function flushOutput(output: CopyOutput): Promise<void> {
  const bytes = output.buffer.subarray(0, output.used);
  output.used = 0;
  await guardWrite(output.target, output.file.writeFile(bytes));
}
