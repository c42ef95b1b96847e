/** How many rows of a load may be rejected: a number, or a share (0 to 1) of the rows read. */
export type RejectLimit = { readonly rows: number } | { readonly share: number };

/** `20` rows or `1%` of the rows read; undefined for any other text. */
export function readRejectLimit(text: string): RejectLimit | undefined {
  const [, number = '', percent] = /^(\d{1,15}(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  if (percent === '%') return Number(number) <= 100 ? { share: Number(number) / 100 } : undefined;
  return /^\d+$/.test(number) ? { rows: Number(number) } : undefined;
}
