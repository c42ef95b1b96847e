/** The files of a folder that are taken for tables; a file named by itself may be called anything. */
export const tableEndings = [
  'csv',
  'tsv',
  'txt',
  'xlsx',
  'xlsm',
  'xls',
  'ods',
  'parquet',
  'json',
  'ndjson',
  'jsonl',
] as const;

const tableName = new RegExp(
  `[^/]\\.(?:(?:${tableEndings.join('|')})(?:\\.(?:gz|zst))?|zip)$`,
  'i',
);
const hiddenName = /(?:^|\/)\.[^/]*$/;

/** Whether a path or key ends as a table file does, packed or not; hidden files are none. */
export function isTableName(path: string): boolean {
  return tableName.test(path) && !hiddenName.test(path);
}
