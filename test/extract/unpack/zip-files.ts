import { crc32, deflateRawSync } from 'node:zlib';

/** A file in an archive made by hand, for what no library writes. */
export interface HandMade {
  name: string | Buffer;
  content: Uint8Array;
  method?: number;
  flags?: number;
  /** What the archive declares, where that is not so. */
  sizeBytes?: number;
  localName?: string;
}

export function makeZip(files: readonly HandMade[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const { local, entry } = describe(file, offset);
    locals.push(local);
    central.push(entry);
    offset += local.length;
  }
  return Buffer.concat([...locals, ...central, describeEnd(central, offset)]);
}

/** Every entry refers to the same compressed bytes. */
export function makeOverlapping(file: HandMade, count: number): Buffer {
  const { local, entry } = describe(file, 0);
  const central = Array<Buffer>(count).fill(entry);
  return Buffer.concat([local, ...central, describeEnd(central, local.length)]);
}

function describe(file: HandMade, offset: number) {
  const method = file.method ?? 8;
  const name = Buffer.from(file.name);
  const data = method === 8 ? deflateRawSync(file.content) : Buffer.from(file.content);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(file.flags ?? 0, 2);
  common.writeUInt16LE(method, 4);
  common.writeUInt32LE(crc32(file.content), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(file.sizeBytes ?? file.content.length, 18);
  common.writeUInt16LE(name.length, 22);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(offset, 10);
  const localName = Buffer.from(file.localName ?? name);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, localName, data]);
  const entry = [Buffer.from('PK\x01\x02\x14\x00'), common, rest, name];
  return { local, entry: Buffer.concat(entry) };
}

function describeEnd(central: readonly Buffer[], offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(Buffer.concat(central).length, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
