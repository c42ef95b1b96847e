import type { NumberKind } from '../dates.ts';
import { classifyFormat } from '../number-formats.ts';
import { readAttribute, type XmlTag } from '../xml.ts';
import { findPart } from '../zip-package.ts';
import { readMainXml } from './main-xml.ts';
import type { XlsxPackage } from './package-parts.ts';

/** What each cell style makes of a number; none when the part is not there. */
export async function readStyles(
  source: XlsxPackage,
  name: string | undefined,
): Promise<NumberKind[]> {
  const part = name === undefined ? undefined : findPart(source.zipPackage, name);
  if (part === undefined) return [];
  const codes = new Map<number, string>();
  const formats: number[] = [];
  await readMainXml(source, part, 'styleSheet', gatherInto(codes, formats));
  return formats.map((id) => classifyFormat(id, codes.get(id)));
}

/** Of both lists there are others too, for named and for conditional styles. */
function gatherInto(codes: Map<number, string>, formats: number[]) {
  let list = '';
  return {
    open: (tag: XmlTag) => {
      const id = Number(readAttribute(tag, 'numFmtId') ?? 0);
      if (tag.local === 'numFmts' || tag.local === 'cellXfs') list = tag.local;
      if (tag.local === 'numFmt' && list === 'numFmts')
        codes.set(id, readAttribute(tag, 'formatCode') ?? '');
      if (tag.local === 'xf' && list === 'cellXfs') formats.push(id);
    },
    close: (tag: XmlTag) => {
      if (tag.local === list) list = '';
    },
  };
}
