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
