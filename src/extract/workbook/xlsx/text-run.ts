const escaped = /_x([0-9A-Fa-f]{4})_/g;

/** Decodes `_x000D_`, by which workbooks write characters that XML cannot hold. */
export function decodeEscapes(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(escaped, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Gathers the text of `si` or `is`: that of its runs, without the phonetic hints. */
export interface RichText {
  text: string;
  isInText: boolean;
  /** Elements under way from `rPh` on. */
  phoneticDepth: number;
}

export function startRichText(): RichText {
  return { text: '', isInText: false, phoneticDepth: 0 };
}

export function openInRichText(rich: RichText, local: string): void {
  if (rich.phoneticDepth > 0 || local === 'rPh') rich.phoneticDepth++;
  else if (local === 't') rich.isInText = true;
}

export function closeInRichText(rich: RichText): void {
  if (rich.phoneticDepth > 0) rich.phoneticDepth--;
  rich.isInText = false;
}
