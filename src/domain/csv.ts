/** A cell of CSV (RFC 4180), in quotes where it needs them. */
export function quoteCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Lines of CSV with plain line feeds; not all need have the same number of cells. */
export function renderCsvLines(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(quoteCell).join(',')}\n`).join('');
}
