/** How a column of a Parquet file is held: whole numbers, numbers, or lists of whole numbers. */
export type ParquetType = 'int64' | 'double' | 'int64[]';

export interface ParquetColumn {
  readonly name: string;
  readonly type: ParquetType;
  /** The values one after another, little-endian; of a list column those of all lists. */
  readonly values: Uint8Array;
  readonly valueCount: number;
  /** Of a list column: one bit a value, the lowest first, set where the value goes on with a list. */
  readonly continues?: Uint8Array;
}

/**
 * A Parquet file of one row group without null, plain and uncompressed, as pieces to be written one after
 * another. Source: the format's specification (parquet.thrift, Encodings.md).
 */
export function encodeParquet(columns: readonly ParquetColumn[], rowCount: number): Uint8Array[] {
  const pieces: Uint8Array[] = [Buffer.from('PAR1')];
  let offset = 4;
  const chunks = columns.map((column) => {
    const page = [...encodeLevels(column), column.values];
    const header = encodePageHeader(column.valueCount, sumLengths(page));
    const chunk = { column, offset, size: header.length + sumLengths(page) };
    pieces.push(header, ...page);
    offset += chunk.size;
    return chunk;
  });
  const footer = encodeFooter(chunks, rowCount);
  const end = Buffer.alloc(8, 'PAR1', 'latin1');
  end.writeUInt32LE(footer.length, 0);
  end.write('PAR1', 4, 'latin1');
  return [...pieces, footer, end];
}

interface Chunk {
  readonly column: ParquetColumn;
  readonly offset: number;
  readonly size: number;
}

const physicalTypes = { int64: 2, double: 5 } as const;
const listConversion = 3;
const [required, repeated] = [0, 2];
const [plain, runLength] = [0, 3];

/** Repetition as packed bits, definition as one run of ones. */
function encodeLevels({ continues, valueCount }: ParquetColumn): Uint8Array[] {
  if (continues === undefined) return [];
  const groups = Math.ceil(valueCount / 8);
  const repetition = [...encodeVarint(groups * 2 + 1)];
  const definition = [...encodeVarint(valueCount * 2), 1];
  return [
    encodeUint32(repetition.length + groups),
    Uint8Array.from(repetition),
    continues.subarray(0, groups),
    encodeUint32(definition.length),
    Uint8Array.from(definition),
  ];
}

function encodePageHeader(valueCount: number, size: number): Uint8Array {
  const dataPage = struct([
    i32(1, valueCount),
    i32(2, plain),
    i32(3, runLength),
    i32(4, runLength),
  ]);
  return Uint8Array.from(struct([i32(1, 0), i32(2, size), i32(3, size), field(5, 12, dataPage)]));
}

function encodeFooter(chunks: readonly Chunk[], rowCount: number): Uint8Array {
  const schema = chunks.flatMap(({ column }) => describeColumn(column));
  const root = struct([text(4, 'schema'), i32(5, chunks.length)]);
  const total = chunks.reduce((sum, { size }) => sum + size, 0);
  const group = struct([
    structs(
      1,
      chunks.map((chunk) => struct([i64(2, chunk.offset), field(3, 12, describeChunk(chunk))])),
    ),
    i64(2, total),
    i64(3, rowCount),
  ]);
  const metadata = struct([
    i32(1, 1),
    structs(2, [root, ...schema]),
    i64(3, rowCount),
    structs(4, [group]),
  ]);
  return Uint8Array.from(metadata);
}

function describeColumn({ name, type }: ParquetColumn): number[][] {
  if (type !== 'int64[]')
    return [struct([i32(1, physicalTypes[type]), i32(3, required), text(4, name)])];
  return [
    struct([i32(3, required), text(4, name), i32(5, 1), i32(6, listConversion)]),
    struct([i32(3, repeated), text(4, 'list'), i32(5, 1)]),
    struct([i32(1, physicalTypes.int64), i32(3, required), text(4, 'element')]),
  ];
}

function describeChunk({ column, offset, size }: Chunk): number[] {
  const isList = column.type === 'int64[]';
  const path = isList ? [column.name, 'list', 'element'] : [column.name];
  return struct([
    i32(1, physicalTypes[column.type === 'double' ? 'double' : 'int64']),
    field(
      2,
      9,
      list(
        5,
        [plain, runLength].map((encoding) => encodeVarint(encoding * 2)),
      ),
    ),
    field(3, 9, list(8, path.map(encodeText))),
    i32(4, 0),
    i64(5, column.valueCount),
    i64(6, size),
    i64(7, size),
    i64(9, offset),
  ]);
}

/** A field of a struct in Thrift's compact protocol: its number, its type, its bytes. */
interface Field {
  readonly id: number;
  readonly type: number;
  readonly bytes: readonly number[];
}

function field(id: number, type: number, bytes: readonly number[]): Field {
  return { id, type, bytes };
}

function i32(id: number, value: number): Field {
  return field(id, 5, encodeVarint(value * 2));
}

function i64(id: number, value: number): Field {
  return field(id, 6, encodeVarint(value * 2));
}

function text(id: number, value: string): Field {
  return field(id, 8, encodeText(value));
}

function structs(id: number, items: readonly (readonly number[])[]): Field {
  return field(id, 9, list(12, items));
}

function struct(fields: readonly Field[]): number[] {
  let last = 0;
  const bytes = fields.flatMap(({ id, type, bytes }) => {
    const head = ((id - last) << 4) | type;
    last = id;
    return [head, ...bytes];
  });
  return [...bytes, 0];
}

function list(type: number, items: readonly (readonly number[])[]): number[] {
  return [(items.length << 4) | type, ...items.flat()];
}

function encodeText(value: string): number[] {
  return [...encodeVarint(Buffer.byteLength(value)), ...Buffer.from(value)];
}

function encodeVarint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

function encodeUint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function sumLengths(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
