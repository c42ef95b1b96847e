/** Quotes a name for SQL; both engines double the quote inside. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a text as an SQL literal, for places where neither engine takes a parameter. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `a, b, c`, each quoted and with an optional qualifier in front. */
export function listNames(names: readonly string[], qualifier = ''): string {
  return names.map((name) => qualifier + quoteName(name)).join(', ');
}
