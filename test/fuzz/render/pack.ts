import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { makeFrame, makeSkippable, rawBlock } from '../../extract/unpack/zstd-frames.ts';
import type { RenderedFile } from '../contract.ts';
import type { Dice } from '../dice.ts';

/** Packs a file by itself, or leaves it as it is. */
export function packAlone(file: RenderedFile, dice: Dice): RenderedFile {
  switch (dice.pick(['no', 'no', 'no', 'no', 'gz', 'zst'])) {
    case 'gz':
      return { ...file, name: `${file.name}.gz`, bytes: gzip(file.bytes, dice) };
    case 'zst':
      return { ...file, name: `${file.name}.zst`, bytes: zstd(file.bytes, dice) };
    default:
      return file;
  }
}

/** Now and then in two members, one after the other. */
export function gzip(bytes: Buffer, dice: Dice): Buffer {
  const cut = dice.chance(0.2) ? dice.below(bytes.length + 1) : bytes.length;
  const parts = [bytes.subarray(0, cut), bytes.subarray(cut)];
  return Buffer.concat(parts.filter((part) => part.length > 0).map((part) => gzipSync(part)));
}

export function zstd(bytes: Buffer, dice: Dice): Buffer {
  const cut = dice.below(bytes.length + 1);
  const frames = dice.chance(0.5)
    ? [makeFrame([rawBlock(bytes.subarray(0, cut)), rawBlock(bytes.subarray(cut))])]
    : [makeFrame([rawBlock(bytes.subarray(0, cut))]), makeFrame([rawBlock(bytes.subarray(cut))])];
  const skippable = makeSkippable(dice.below(16), Buffer.from('between'));
  return Buffer.concat(dice.chance(0.2) ? [skippable, ...frames] : frames);
}

const folders = ['', '', 'runs/', 'a b/ü/'] as const;

/** One archive of several files, with what systems put beside them. */
export function packTogether(
  files: readonly RenderedFile[],
  name: string,
  dice: Dice,
): RenderedFile {
  const folder = dice.pick(folders);
  const clutter = dice.chance(0.2) ? { '__MACOSX/._x.csv': Buffer.from('x') } : {};
  const members = Object.fromEntries(files.map((file) => [folder + file.name, file.bytes]));
  const level = dice.pick([0, 6] as const);
  const bytes = Buffer.from(zipSync({ ...clutter, ...members }, { level }));
  const tables = files.flatMap((file) =>
    file.tables.map((table) => ({ ...table, path: `${name}/${folder}${table.path}` })),
  );
  return { name, bytes, tables };
}
