import fc from 'fast-check';
import { expect, test } from 'vitest';
import { query } from '../support/database.ts';
import { type Page, readPage } from './rows.ts';
import { type Server, useServers } from './server.ts';

const startServer = useServers();

type Value = string | number | null;
type Row = Readonly<Record<string, Value | readonly number[]>>;

/** A noun with the values that its columns take: few, so that there are ties. */
interface Subject {
  readonly noun: string;
  readonly key: string;
  readonly columns: Readonly<Record<string, readonly Value[]>>;
  readonly lists: readonly string[];
  readonly insert: (row: Row) => Row;
}

const texts = [
  null,
  '',
  'a',
  'A',
  'ab',
  'B',
  'é',
  'カ',
  '𝛼',
  '%',
  '_',
  '\\',
  'a,b',
  '"',
  "'",
  'a b',
];
const unchanged = (row: Row) => row;

const subjects: readonly Subject[] = [
  {
    noun: 'users',
    key: 'user_id',
    columns: {
      name: texts,
      email: texts,
      signup_date: [null, '2024-02-29', '2024-03-01', '1999-12-31'],
    },
    lists: [],
    insert: unchanged,
  },
  {
    noun: 'experiments',
    key: 'experiment_id',
    columns: {
      user_id: [1, 2, 9007199254740991],
      experiment_run_time: [0, 0.1, 0.30000000000000004, 5e-324, 1.7976931348623157e308],
    },
    lists: ['experiment_compound_ids'],
    insert: (row) => ({
      ...row,
      experiment_compound_ids: String(row['experiment_compound_ids']).replaceAll(',', ';'),
    }),
  },
  {
    noun: 'features',
    key: 'user_id',
    columns: {
      total_exp_per_user: [0, 1, 2],
      avg_exp_time_per_user: [null, 0, 0.1, 1e21],
      most_consumed_compound_name: texts,
    },
    lists: ['most_consumed_compounds'],
    insert: (row) => ({
      ...row,
      most_consumed_compound_names: [],
      most_consumed_compound_uses: 0,
      distinct_compounds: 0,
      total_exp_time_per_user: 0,
      load_id: 1,
    }),
  },
];

interface Filter {
  readonly column: string;
  readonly operator: string;
  readonly values: readonly Value[];
}

interface Question {
  readonly rows: readonly Row[];
  readonly filters: readonly Filter[];
  readonly sort: readonly { readonly column: string; readonly isDescending: boolean }[];
  readonly limit: number;
}

function makeQuestions({ key, columns, lists }: Subject): fc.Arbitrary<Question> {
  const id = fc.integer({ min: 1, max: 30 });
  const list = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 });
  const cells = Object.entries(columns).map(([name, values]) => [name, fc.constantFrom(...values)]);
  const row = fc.record<Row>({
    [key]: id,
    ...Object.fromEntries(cells),
    ...Object.fromEntries(lists.map((name) => [name, list])),
  });
  const names = [key, ...Object.keys(columns)];
  const keyFilter = makeFilters(key, [1, 5, 10, 29]);
  const filters = Object.entries(columns).map(([name, values]) => makeFilters(name, values));
  const listFilters = lists.map((column) =>
    fc.record({
      column: fc.constant(column),
      operator: fc.constant('has'),
      values: fc.tuple(fc.constantFrom(1, 2, 12)),
    }),
  );
  return fc.record({
    rows: fc.uniqueArray(row, { selector: (one) => one[key], maxLength: 20 }),
    filters: fc.uniqueArray(fc.oneof(keyFilter, ...filters, ...listFilters), {
      selector: ({ column, operator }) => `${column}.${operator}`,
      maxLength: 2,
    }),
    sort: fc
      .shuffledSubarray(names)
      .chain((some) =>
        fc.tuple(
          ...some.map((column) =>
            fc.record({ column: fc.constant(column), isDescending: fc.boolean() }),
          ),
        ),
      ),
    limit: fc.integer({ min: 1, max: 7 }),
  });
}

function makeFilters(column: string, values: readonly Value[]): fc.Arbitrary<Filter> {
  const known = values.filter((value) => value !== null);
  const isText = known.some((value) => typeof value === 'string' && !/^\d{4}-/.test(value));
  const operators = isText ? ['eq', 'contains', 'starts'] : ['eq', 'gt', 'gte', 'lt', 'lte'];
  const value = fc.constantFrom(...known);
  const one = fc.record({
    column: fc.constant(column),
    operator: fc.constantFrom(...operators),
    values: fc.tuple(value),
  });
  const many = fc.record({
    column: fc.constant(column),
    operator: fc.constant('in'),
    values: fc.array(value, { minLength: 1, maxLength: 3 }),
  });
  const none = fc.record({
    column: fc.constant(column),
    operator: fc.constant('null'),
    values: fc.tuple(fc.constantFrom('true', 'false')),
  });
  return values.includes(null) ? fc.oneof(one, many, none) : fc.oneof(one, many);
}

/** The answer as plain JavaScript has it. */
function answer({ key }: Subject, { rows, filters, sort }: Question): Row[] {
  const keys = [...sort, { column: key, isDescending: false }];
  return rows
    .filter((row) => filters.every((filter) => holds(row, filter)))
    .toSorted((one, other) => {
      for (const { column, isDescending } of keys) {
        const order = compare(one[column], other[column], isDescending);
        if (order !== 0) return order;
      }
      return 0;
    });
}

function holds(row: Row, { column, operator, values }: Filter): boolean {
  const cell = row[column] ?? null;
  const [value = null] = values;
  if (operator === 'null') return (cell === null) === (value === 'true');
  if (cell === null || value === null) return false;
  if (Array.isArray(cell)) return cell.includes(Number(value));
  const folded = String(cell).toLowerCase();
  const tests: Readonly<Record<string, boolean>> = {
    eq: cell === value,
    in: values.some((one) => one === cell),
    gt: cell > value,
    gte: cell >= value,
    lt: cell < value,
    lte: cell <= value,
    contains: folded.includes(String(value).toLowerCase()),
    starts: folded.startsWith(String(value).toLowerCase()),
  };
  return tests[operator] ?? false;
}

/** What is null comes last, texts by code point. */
function compare(one: unknown, other: unknown, isDescending: boolean): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  const order =
    typeof one === 'number'
      ? one - Number(other)
      : Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
  return isDescending ? -order : order;
}

function write({ noun }: Subject, { filters, sort, limit }: Question): string {
  const parameters = filters.map(({ column, operator, values }): [string, string] => [
    operator === 'eq' ? column : `${column}.${operator}`,
    operator === 'in'
      ? values.map((value) => `"${String(value).replaceAll('"', '""')}"`).join()
      : String(values[0]),
  ]);
  if (sort.length > 0) {
    const keys = sort.map(({ column, isDescending }) => (isDescending ? `-${column}` : column));
    parameters.push(['sort', keys.join()]);
  }
  return `${noun}?${new URLSearchParams([...parameters, ['limit', String(limit)]])}`;
}

async function store(
  server: Server,
  { noun, insert }: Subject,
  rows: readonly Row[],
): Promise<void> {
  const table = noun === 'features' ? 'user_features' : noun;
  const origin = noun === 'features' ? {} : { file_id: 1, line: 1 };
  const records = JSON.stringify(rows.map((row) => ({ ...insert(row), ...origin })));
  await query(server.databaseUrl, `delete from elute.${table}`);
  await query(
    server.databaseUrl,
    `insert into elute.${table} select * from json_populate_recordset(null::elute.${table}, $1)`,
    [records],
  );
}

async function readAllPages(server: Server, path: string, limit: number): Promise<Page['data']> {
  const rows: Record<string, unknown>[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: Page = await readPage(server, cursor === '' ? path : `${path}&cursor=${cursor}`);
    rows.push(...page.data);
    const isFull = page.data.length === limit;
    if (page.next !== null && !isFull) throw new Error('a page in the middle is not full');
    cursor = page.next;
  }
  return rows;
}

test.each(subjects)(
  '$noun are filtered, sorted and paged as plain JavaScript would',
  async (subject) => {
    const server = await startServer();
    await fc.assert(
      fc.asyncProperty(makeQuestions(subject), async (question) => {
        await store(server, subject, question.rows);
        const names = Object.keys(question.rows[0] ?? { [subject.key]: 1 });
        const path = `${write(subject, question)}&fields=${names}`;
        const rows = await readAllPages(server, path, question.limit);
        const expected = answer(subject, question);
        expect(rows).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  },
);
