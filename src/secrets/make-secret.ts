import { EluteError } from '../errors.ts';
import { keepSecret } from './keep-secret.ts';
import { pickKey } from './pick-key.ts';
import { readSecretFile } from './read-secret-file.ts';
import { isReference, parseReference, type Reference, referenceForm } from './reference.ts';
import { makeFixedSecret, type Secret } from './secret.ts';
import { fetchSecret } from './secrets-manager.ts';

/** Where a secret was found: the text itself or a reference to it, or the file that holds one of these. */
export type Origin =
  | { readonly place: string; readonly text: string }
  | { readonly place: string; readonly path: string };

/** What its text must be. */
export interface SecretRule {
  readonly rule: string;
  readonly parse: (text: string) => string | undefined;
}

/** The secrets of Secrets Manager by name, each fetched once for all that refer to it. */
export type SecretStore = (name: string) => Secret;

/** A store that knows nothing yet. */
export function makeSecretStore(
  fetch: (name: string) => Promise<string> = fetchSecret,
): SecretStore {
  const known = new Map<string, Secret>();
  return (name) => {
    const secret = known.get(name) ?? keepSecret(() => fetch(name));
    known.set(name, secret);
    return secret;
  };
}

/**
 * A secret as somebody has set it. What it must be is checked at once where its text stands there, else
 * whenever it is fetched. Throws `invalid_configuration`; so do its methods, besides `secret_unreadable`
 * and `secret_store_unreachable`.
 */
export function makeSecret(origin: Origin, rule: SecretRule, store: SecretStore): Secret {
  if ('path' in origin) return makeFileSecret(origin, rule, store);
  const { place, text } = origin;
  if (!isReference(text)) return makeFixedSecret(checkText(place, text, rule));
  return makeReferredSecret(place, { reference: readReference(place, text), rule, store });
}

function makeFileSecret(
  { place, path }: { place: string; path: string },
  rule: SecretRule,
  store: SecretStore,
): Secret {
  const open = async () =>
    makeSecret(
      { place: `${place} (${path})`, text: await readSecretFile(path, place) },
      rule,
      store,
    );
  return {
    read: async () => (await open()).read(),
    refresh: async () => (await open()).refresh(),
  };
}

interface Referred {
  readonly reference: Reference;
  readonly rule: SecretRule;
  readonly store: SecretStore;
}

function makeReferredSecret(place: string, { reference, rule, store }: Referred): Secret {
  const { name, key } = reference;
  const shown = `${place} (secret ${name}${key === undefined ? '' : `, key ${key}`})`;
  const check = (text: string) => checkText(shown, pickKey(text, reference), rule);
  return {
    read: async () => check(await store(name).read()),
    refresh: async () => check(await store(name).refresh()),
  };
}

function readReference(place: string, text: string): Reference {
  const reference = parseReference(text);
  if (reference !== undefined) return reference;
  throw new EluteError('invalid_configuration', `${place} must name a secret as ${referenceForm}.`);
}

/** The place is told, never the text. */
function checkText(place: string, text: string, { rule, parse }: SecretRule): string {
  const value = parse(text);
  if (value !== undefined) return value;
  throw new EluteError('invalid_configuration', `${place} ${rule}.`);
}
