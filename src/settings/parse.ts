import { isIP } from 'node:net';

/** Reads the text of a setting; undefined where it is none. */
export type ParseSetting<Value> = (text: string) => Value | undefined;

export function parsePath(text: string): string | undefined {
  return text === '' ? undefined : text;
}

/** Paths with `:` between them, as in PATH; s3:// may begin one. */
export function parsePaths(text: string): string[] | undefined {
  const paths = text.split(/:(?!\/\/)/);
  return paths.includes('') ? undefined : paths;
}

/** A size as the engine reads it. */
export function parseSize(text: string): string | undefined {
  return /^\d+(\.\d+)?\s*[KMGT]i?B$/i.test(text) ? text : undefined;
}

const units = ['KB', 'MB', 'GB', 'TB'];

/** In bytes: `2GB` is 2e9, as the engine reads it; `2GiB` is 2^31. */
export function parseBytes(text: string): number | undefined {
  const [, number, letter = '', binary = ''] =
    /^(\d+(?:\.\d+)?)\s*([KMGT])(i?)B$/i.exec(text) ?? [];
  if (number === undefined) return undefined;
  const power = units.indexOf(`${letter.toUpperCase()}B`) + 1;
  return Number(number) * (binary === '' ? 1000 : 1024) ** power;
}

/** A whole number from `least` to `most`. */
export function parseWhole(most: number, least = 1): ParseSetting<number> {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : -1;
    return number >= least && number <= most ? number : undefined;
  };
}

export function parseYes(text: string): boolean | undefined {
  if (text === 'yes' || text === 'true') return true;
  return text === 'no' || text === 'false' ? false : undefined;
}

/** Origins with commas between them, such as https://lab.example. */
export function parseOrigins(text: string): string[] | undefined {
  const origins = text.split(',').map((origin) => origin.trim());
  return origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin)
    ? origins
    : undefined;
}

/** Addresses and ranges such as 10.0.0.0/8, with commas between them. A range of all addresses is none. */
export function parseProxies(text: string): string[] | undefined {
  const proxies = text.split(',').map((proxy) => proxy.trim());
  return proxies.every(isRange) ? proxies : undefined;
}

function isRange(text: string): boolean {
  const [, address = '', bits] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const most = { 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return most > 0 && (bits === undefined || (Number(bits) >= 1 && Number(bits) <= most));
}

/** Patterns of file names with commas between them; no pattern names a folder. */
export function parseNames(text: string): string[] | undefined {
  const names = splitOutsideBraces(text).map((name) => name.trim());
  return names.some((name) => name === '' || name.includes('/')) ? undefined : names;
}

/** `*.{csv,tsv}` is one pattern. */
function splitOutsideBraces(text: string): string[] {
  return text.split(/,(?![^{]*\})/);
}

export function parseUrl(text: string): string | undefined {
  return /^https?:/.test(text) && URL.canParse(text) ? text : undefined;
}

/** The address of an Elute server, without a slash at its end. */
export function parseServer(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url && `${url.username}${url.password}${url.search}${url.hash}` === '';
  if (!isPlain || !/^https?:$/.test(url.protocol)) return undefined;
  return url.href.replace(/\/+$/, '');
}

/** What a header can carry, without white space around it. */
export function parseToken(text: string): string | undefined {
  return /^[\x21-\x7e]+$/.exec(text.trim())?.[0];
}
