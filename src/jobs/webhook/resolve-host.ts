import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** A webhook leads to where none may go: trying again would not help. */
export class PrivateAddress extends Error {}

/**
 * The addresses of a host, asked for once. Throws `PrivateAddress` where one of them is none of the public
 * internet, unless that is allowed.
 */
export async function resolveHost(host: string, isPrivateAllowed: boolean) {
  const family = isIP(host);
  const addresses = family === 0 ? await lookup(host, { all: true }) : [{ address: host, family }];
  const isRefused = addresses.some(({ address }) => !isPublicAddress(address.split('%')[0] ?? ''));
  if (isRefused && !isPrivateAllowed) throw new PrivateAddress(`${host} has a private address`);
  return addresses;
}

/**
 * Answers with these addresses whatever is asked: a connection goes to what was checked, also where the
 * name has come to stand for something else since.
 */
export function makeLookup(addresses: readonly LookupAddress[]): LookupFunction {
  return (host, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, [...addresses]);
    else if (first) callback(null, first.address, first.family);
    else callback(new Error(`no address of ${host}`), '');
  };
}
