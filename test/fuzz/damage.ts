import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { makeFrame, rawBlock } from '../extract/unpack/zstd-frames.ts';
import type { RenderedFile } from './contract.ts';
import type { Dice } from './dice.ts';

const header = 'experiment_id,user_id,experiment_compound_ids,experiment_run_time\n';
const table = `${header}1,1,1;2,2.5\n2,1,3,1\n`;
const usersHeader = 'user_id,name,email,signup_date';

type Damage = (dice: Dice) => { ending: string; bytes: Buffer; refusal: string };

/** A file that nothing can be read from, so that the whole load must be refused. */
export function makeDamaged(number: number, dice: Dice, parquet: Buffer): RenderedFile {
  const damage = dice.pick(damages);
  const { ending, bytes, refusal } =
    damage === 'parquet' ? cutParquet(parquet, dice) : damage(dice);
  return { name: `damaged-${number}.${ending}`, bytes, tables: [], refusal };
}

const damages: readonly [Damage, ...(Damage | 'parquet')[]] = [
  (dice) => refuse('csv.gz', cut(gzipSync(table), dice), 'file_damaged'),
  (dice) => refuse('csv.zst', cut(makeFrame([rawBlock(Buffer.from(table))]), dice), 'file_damaged'),
  (dice) =>
    refuse(
      'zip',
      cut(Buffer.from(zipSync({ 'runs.csv': Buffer.from(table) })), dice),
      'file_damaged',
    ),
  'parquet',
  (dice) => refuse('csv', `${table}"${dice.pick(['', 'open', 'a,b\nc'])}`, 'unterminated_quote'),
  (dice) =>
    refuse('csv', `${table}3,"1,1;2,2\n4,2,1,1${dice.pick(['', '\n'])}`, 'unterminated_quote'),
  (dice) => refuse('csv', dice.pick(['', '\n', ' \r\n\t\n', '\ufeff', '\ufeff\n']), 'empty_file'),
  (dice) =>
    refuse('csv', table.replace('user_id', dice.pick(['user', 'userid', ''])), 'unknown_header'),
  (dice) =>
    refuse(
      'csv',
      `${usersHeader},${dice.pick(['User ID', 'user-id', ' NAME '])}\n`,
      'duplicate_column',
    ),
  () =>
    refuse(
      'csv',
      `${usersHeader},compound_id,compound_name,compound_structure\n`,
      'ambiguous_header',
    ),
  () => refuse('json', '[{"experiment_id":1,"user_id":1},', 'file_damaged'),
  // By its name a table: another JSON file without a record would be left out where it was only found.
  (dice) => refuse('csv', dice.pick(['[]', ' [ ] ']), 'empty_file'),
];

function refuse(ending: string, content: string | Buffer, refusal: string) {
  return { ending, bytes: Buffer.from(content), refusal };
}

/** At least the marks by which its format is known stay. */
function cut(bytes: Buffer, dice: Dice): Buffer {
  return bytes.subarray(0, 5 + dice.below(bytes.length - 6));
}

function cutParquet(bytes: Buffer, dice: Dice) {
  return refuse('parquet', bytes.subarray(0, 5 + dice.below(bytes.length - 6)), 'file_damaged');
}
