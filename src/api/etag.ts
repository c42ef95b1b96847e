import type { Version, WantedVersions } from '../domain/version.ts';
import { RequestError } from './problems.ts';

/** The entity tag of a stored row, `"12-5"`: line 5 of file 12. It changes whenever the row does. */
export function makeEtag({ fileId, line }: Version): string {
  return `"${fileId}-${line}"`;
}

/**
 * The versions that `If-Match` allows to be changed; undefined without that header. A tag that is none of
 * ours, or a weak one, matches nothing (RFC 9110). Throws `invalid_request` for what is no list of tags.
 */
export function readIfMatch(header: string | undefined): WantedVersions | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return 'any';
  return readTags('if-match', header).flatMap(({ isWeak, tag }) =>
    isWeak ? [] : readVersion(tag),
  );
}

/** Whether `If-None-Match` says that the client has this version already. */
export function isKnown(header: string | undefined, version: Version): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return readTags('if-none-match', header).some(({ tag }) => tag === makeEtag(version));
}

interface Tag {
  readonly isWeak: boolean;
  /** With its quotes. */
  readonly tag: string;
}

/** Tags are read one by one, since a tag may hold a comma. */
function readTags(name: string, header: string): Tag[] {
  const pattern = /[\s,]*(W\/)?("[\x21\x23-\x7e\x80-\xff]*")[\s]*(?=,|$)/gy;
  const matches = [...header.matchAll(pattern)];
  const length = matches.reduce((sum, [text]) => sum + text.length, 0);
  if (matches.length === 0 || !/^[\s,]*$/.test(header.slice(length)))
    throw new RequestError('invalid_request', `The header ${name} is no list of entity tags.`, [
      { in: `headers/${name}`, message: 'must be *, or tags such as "12-5"' },
    ]);
  return matches.map(([, weak, tag = '']) => ({ isWeak: weak !== undefined, tag }));
}

function readVersion(tag: string): Version[] {
  const [, fileId, line] = /^"(\d{1,10})-(\d{1,16})"$/.exec(tag) ?? [];
  return fileId === undefined ? [] : [{ fileId: Number(fileId), line: Number(line) }];
}
