import { parse as parseConnection } from 'pg-connection-string';

/** A database address, without a part that would have been read as the password, were it written as URLs want it. */
export function parseDatabase(text: string): string | undefined {
  const [, authority, rest = ''] = /^postgres(?:ql)?:\/\/([^/?#]*)(.*)$/s.exec(text) ?? [];
  const isCut = authority !== '' && !authority?.includes('@') && rest.includes('@');
  if (authority === undefined || isCut || rest.includes('#')) return undefined;
  try {
    parseConnection(text.split('?')[0] ?? '');
    return text;
  } catch {
    return undefined;
  }
}
