import type { Reference } from './reference.ts';
import { makeUnreadable } from './secrets-manager-faults.ts';

/**
 * The part of a secret that a reference names; a line break at its end is one of the file it was uploaded
 * from. Throws `secret_unreadable`, without what the parser says: that would quote it.
 */
export function pickKey(text: string, { name, key }: Reference): string {
  if (key === undefined) return text.replace(/\r?\n$/, '');
  const content = parseObject(text);
  if (content === undefined)
    throw makeUnreadable(
      name,
      `is no JSON object, and so has no key ${key}. Name it without a key.`,
    );
  const value = Object.hasOwn(content, key) ? content[key] : undefined;
  if (typeof value === 'string') return value;
  const fault = value === undefined ? `has no key ${key}` : `has no text in its key ${key}`;
  throw makeUnreadable(name, `${fault}. Check what stands behind the #.`);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null ? { ...content } : undefined;
  } catch {
    return undefined;
  }
}
