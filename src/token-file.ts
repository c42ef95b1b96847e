import { readFileSync } from 'node:fs';

const rule = 'must hold the text of a token, as "elute token create" prints it';

/** A token from a variable or a file, of which the latter must be there. Faults never repeat it. */
export function readToken(
  { text, path }: { text: string | undefined; path: string | undefined },
  faults: string[],
): string | undefined {
  const found = text ?? (path === undefined ? undefined : readTokenFile(path, faults));
  if (found === undefined) return undefined;
  const token = found.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  faults.push(`${text === undefined ? path : 'ELUTE_TOKEN'} ${rule}.`);
  return undefined;
}

function readTokenFile(path: string, faults: string[]): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown';
    faults.push(`The token file ${path} cannot be read (${code}).`);
    return undefined;
  }
}
