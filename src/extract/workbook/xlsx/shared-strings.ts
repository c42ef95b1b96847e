import type { XmlTag } from '../xml.ts';
import { findPart } from '../zip-package.ts';
import { readMainXml } from './main-xml.ts';
import type { XlsxPackage } from './package-parts.ts';
import { closeInRichText, decodeEscapes, openInRichText, startRichText } from './text-run.ts';

/** The texts that cells refer to by number; empty when the part is not there. */
export async function readSharedStrings(
  source: XlsxPackage,
  name: string | undefined,
): Promise<string[]> {
  const part = name === undefined ? undefined : findPart(source.zipPackage, name);
  const strings: string[] = [];
  if (part) await readMainXml(source, part, 'sst', gatherInto(strings));
  return strings;
}

function gatherInto(strings: string[]) {
  let rich = startRichText();
  return {
    open: ({ local }: XmlTag) => {
      if (local === 'si') rich = startRichText();
      else openInRichText(rich, local);
    },
    close: ({ local }: XmlTag) => {
      if (local === 'si') strings.push(decodeEscapes(rich.text));
      else closeInRichText(rich);
    },
    text: (text: string) => {
      if (rich.isInText) rich.text += text;
    },
  };
}
