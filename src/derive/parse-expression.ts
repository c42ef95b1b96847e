import { isDeepStrictEqual } from 'node:util';
import type { Engine } from '../compute/engine.ts';
import { quoteText } from '../compute/quote.ts';

/** A node of the engine's syntax tree, or anything within one. */
export interface Node {
  readonly [key: string]: unknown;
}

/** What is wrong with an expression, as the end of a sentence that begins with the feature's name. */
export class ExpressionFault extends Error {}

/**
 * The syntax tree of a text that is one expression and nothing beside it. The engine's own parser reads it,
 * as a select without a table: whatever makes the statement more than that makes it differ from `select 1`.
 * Throws `ExpressionFault`.
 */
export async function parseExpression(engine: Engine, expression: string): Promise<Node> {
  refuseRemarks(expression);
  const [tree, plain] = [await parse(engine, expression), await parse(engine, '1')];
  const [node, ...others] = listSelected(tree);
  if (node === undefined || others.length > 0 || !isAlike(tree, plain))
    throw new ExpressionFault('must be one expression, without anything of a query around it');
  if (node['alias'] !== '') throw new ExpressionFault('must not give itself a name with "as"');
  return node;
}

/** An expression of the tree as a text again. */
export async function writeExpression(engine: Engine, node: Node): Promise<string> {
  const tree = await parse(engine, '1');
  const [statement] = listNodes(tree['statements']);
  const select = { ...asNode(statement?.['node']), select_list: [node] };
  const text = writeTree({ ...tree, statements: [{ ...statement, node: select }] });
  const [row] = await engine.rows<{ sql: string }>(
    `select json_deserialize_sql(${quoteText(text)}) as sql`,
  );
  return (row?.sql ?? '').replace(/^select /i, '');
}

/** Is this an expression of its own? Lists, orders and cases hold such, but are none. */
export function isExpression(value: unknown): value is Node {
  return isNode(value) && typeof value['class'] === 'string';
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listNodes(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** Texts apart, there is no place for them. What this misses is harmless: the expression is put on lines of its own. */
function refuseRemarks(expression: string): void {
  const bare = expression.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, "''");
  if (bare.includes(';')) throw new ExpressionFault('must not hold a semicolon');
  if (/--|\/\*/.test(bare)) throw new ExpressionFault('must not hold a comment');
}

async function parse(engine: Engine, expression: string): Promise<Node> {
  const [row] = await engine.rows<{ tree: string }>(
    `select cast(json_serialize_sql(${quoteText(`select ${expression}`)}) as varchar) as tree`,
  );
  const tree = readTree(row?.tree ?? '{}');
  if (tree['error'] === false) return tree;
  throw new ExpressionFault(`is no SQL: ${String(tree['error_message'])}`);
}

/** Numbers that JavaScript would round, as texts with a mark that none begins with. */
function readTree(text: string): Node {
  return asNode(JSON.parse(text.replaceAll(/":(-?\d{16,})(?=[,}])/g, '":"\\u0001$1"')));
}

function writeTree(tree: Node): string {
  return JSON.stringify(tree).replaceAll(/"\\u0001(-?\d+)"/g, '$1');
}

function isAlike(tree: Node, plain: Node): boolean {
  return isDeepStrictEqual(withoutSelected(tree), withoutSelected(plain));
}

function withoutSelected(tree: Node): unknown {
  const statements = listNodes(tree['statements']).map((statement) => ({
    ...statement,
    node: { ...asNode(statement['node']), select_list: [] },
  }));
  return { ...tree, statements };
}

function listSelected(tree: Node): Node[] {
  const [statement] = listNodes(tree['statements']);
  return listNodes(asNode(statement?.['node'])['select_list']);
}

function asNode(value: unknown): Node {
  return isNode(value) ? value : {};
}
