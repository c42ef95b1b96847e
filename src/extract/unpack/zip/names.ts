import { isUtf8 } from 'node:buffer';
import { type Entry, getFileNameLowLevel } from 'yauzl';

const utf8Flag = 0x800;

/**
 * The name of an entry, to be shown only: it may say anything, `../../etc/passwd` too. Many tools write
 * UTF-8 and do not say so; control characters could rewrite a terminal.
 */
export function decodeName(entry: Entry): string {
  const { fileNameRaw, generalPurposeBitFlag, extraFields } = entry;
  const flags = isUtf8(fileNameRaw) ? generalPurposeBitFlag | utf8Flag : generalPurposeBitFlag;
  const name = getFileNameLowLevel(flags, fileNameRaw, extraFields, false);
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

/** Folders, and what systems put into an archive beside the files of a user. */
export function isClutter(name: string): boolean {
  const segments = name.split('/');
  if (name.endsWith('/') || segments.includes('__MACOSX')) return true;
  if (/^(thumbs\.db|desktop\.ini)$/i.test(segments.at(-1) ?? '')) return true;
  return segments.some((segment) => /^\.(?!\.?$)/.test(segment));
}
