import { makeDamaged } from '../faults.ts';

/** Bytes in sectors that are chained to streams. */
export interface Sectors {
  readonly file: Buffer;
  readonly sectorBytes: number;
  /** For each sector the one that follows it. */
  readonly next: Uint32Array;
}

/** The numbers a sector of the file consists of; sector 0 follows the header, which is as long as a sector. */
export function readSectorNumbers({ file, sectorBytes }: Sectors, sector: number): Uint32Array {
  const at = (sector + 1) * sectorBytes;
  if (at + sectorBytes > file.length) throw makeDamaged('it is cut short');
  return Uint32Array.from({ length: sectorBytes / 4 }, (_, index) =>
    file.readUInt32LE(at + index * 4),
  );
}
