/**
 * Where a key of a record stands, as `json_cell` wants it. A JSON pointer (RFC 6901): DuckDB's paths of
 * the `$."key"` kind do not take every key, the empty one and `*` among them.
 */
export function jsonPath(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
