/** Where a secret lies in AWS Secrets Manager. */
export interface Reference {
  /** A name, or an ARN. */
  readonly name: string;
  /** Of a secret that is a JSON object; without it the whole text is the secret. */
  readonly key?: string;
}

const scheme = 'aws-secretsmanager:';

/** How a reference is written, for messages. */
export const referenceForm = `${scheme}NAME or ${scheme}NAME#KEY`;

/** Whether a value stands for a secret that is kept elsewhere. */
export function isReference(text: string): boolean {
  return text.startsWith(scheme);
}

/** Undefined where it is not written as one. A name holds no `#`, a key may. */
export function parseReference(text: string): Reference | undefined {
  const [, name, key] = /^([^#\s]+)(?:#(.+))?$/.exec(text.slice(scheme.length)) ?? [];
  if (!isReference(text) || name === undefined) return undefined;
  return key === undefined ? { name } : { name, key };
}
