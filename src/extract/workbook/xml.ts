import { TextDecoder } from 'node:util';
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { makeDamaged, makeUnsupported } from './faults.ts';
import { checkMemory } from './memory.ts';
import type { PackagePart } from './zip-package.ts';

export type XmlTag = SaxesTagNS;

/** What to do as the elements of a part come by. */
export interface XmlHandlers {
  open(tag: XmlTag): void;
  close(tag: XmlTag): void;
  /** Character data, CDATA sections included; may come in pieces. */
  text(text: string): void;
}

/** Deeper than any workbook nests. */
const maxDepth = 256;

/** Reads a part piece by piece. Its first element must have the local name `root`. */
export async function readXml(
  part: PackagePart,
  root: string,
  options: { handlers: Partial<XmlHandlers>; workbookMemoryMb: number },
): Promise<void> {
  const parser = makeParser(part.name, root, options.handlers);
  let decoder: TextDecoder | undefined;
  for await (const chunk of part.bytes) {
    checkMemory(options.workbookMemoryMb);
    decoder ??= makeDecoder(chunk);
    const text = decode(part.name, decoder, chunk);
    guard(part.name, () => parser.write(text));
  }
  const rest = decoder === undefined ? '' : decode(part.name, decoder);
  guard(part.name, () => parser.write(rest).close());
}

/** The parser throws a bare Error. It is not given a handler, with which it took 7.4 seconds for what takes 1.9. */
function guard(name: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const isBare = error instanceof Error && error.name === 'Error' && !('code' in error);
    if (!isBare) throw error;
    const reason = error.message.replace(/\.$/, '');
    throw makeDamaged(`its part ${name} is not valid XML (${reason})`, error);
  }
}

function makeParser(name: string, root: string, handlers: Partial<XmlHandlers>) {
  const parser = new SaxesParser<{ xmlns: true }>({ xmlns: true });
  let depth = 0;
  parser.on('xmldecl', ({ encoding }) => checkEncoding(name, encoding));
  parser.on('doctype', () => {
    throw makeDamaged(`its part ${name} declares a document type, which no workbook does`);
  });
  parser.on('opentag', (tag) => {
    if (++depth === 1 && tag.local !== root)
      throw makeDamaged(`its part ${name} begins with <${tag.name}> and not with <${root}>`);
    if (depth > maxDepth) throw makeDamaged(`its part ${name} nests too deep`);
    handlers.open?.(tag);
  });
  parser.on('closetag', (tag) => {
    depth--;
    handlers.close?.(tag);
  });
  parser.on('text', (text) => handlers.text?.(text));
  parser.on('cdata', (text) => handlers.text?.(text));
  return parser;
}

function checkEncoding(name: string, encoding: string | undefined): void {
  if (encoding === undefined || /^(utf-?8|utf-?16|us-ascii)/i.test(encoding)) return;
  throw makeUnsupported(`holds its part ${name} in the encoding ${encoding}`);
}

/** XML without a byte order mark begins with `<`, of which UTF-16 makes two bytes. */
function makeDecoder(head: Buffer): TextDecoder {
  return new TextDecoder(chooseEncoding(head[0], head[1]), { fatal: true });
}

function chooseEncoding(first: number | undefined, second: number | undefined): string {
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  return 'utf-8';
}

function decode(name: string, decoder: TextDecoder, chunk?: Buffer): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch (error) {
    throw makeDamaged(`its part ${name} holds bytes that are no text`, error);
  }
}

/** The value of an attribute without a prefix. */
export function readAttribute(tag: XmlTag, name: string): string | undefined {
  return tag.attributes[name]?.value;
}

/** An attribute that must be there. */
export function requireAttribute(tag: XmlTag, name: string): string {
  const value = readAttribute(tag, name);
  if (value === undefined) throw makeDamaged(`a <${tag.name}> in it lacks its attribute ${name}`);
  return value;
}
