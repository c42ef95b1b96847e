import type { Secret } from '../secrets/secret.ts';

/** What an address of a server is made of; who logs in may be kept apart from where. */
export interface AddressParts {
  readonly url: Secret;
  readonly user?: Secret | undefined;
  readonly password?: Secret | undefined;
}

/** The address of a server as a secret of its own: any part of it may change. */
export function makeDatabaseAddress(parts: AddressParts): Secret {
  return {
    read: () => compose(parts, (part) => part.read()),
    refresh: () => compose(parts, (part) => part.refresh()),
  };
}

async function compose(
  { url, user, password }: AddressParts,
  get: (part: Secret) => Promise<string>,
): Promise<string> {
  const [address, ...login] = await Promise.all([
    get(url),
    user && get(user),
    password && get(password),
  ]);
  return addLogin(address, ...login);
}

/** Adds who logs in to an address; what it names itself, in either way an address can, goes before. */
export function addLogin(address: string, user?: string, password?: string): string {
  const [, scheme = '', login = '', rest = ''] =
    /^(\w+:\/\/)(?:([^/?#]*)@)?(.*)$/s.exec(address) ?? [];
  const [, ownUser = '', ownPassword = ''] = /^([^:]*):?(.*)$/s.exec(login) ?? [];
  const named = new URLSearchParams(/\?(.*)$/s.exec(rest)?.[1]);
  const add = (own: string, name: string, given = '') =>
    own !== '' || named.has(name) ? own : encodeURIComponent(given);
  const newUser = add(ownUser, 'user', user);
  const newPassword = add(ownPassword, 'password', password);
  if (newUser === ownUser && newPassword === ownPassword) return address;
  const all = newPassword === '' ? newUser : `${newUser}:${newPassword}`;
  // With a space anywhere, the parser of addresses takes escapes for plain characters.
  return `${scheme}${all}@${rest.replaceAll(' ', '%20')}`;
}
