import { isDeepStrictEqual } from 'node:util';
import { type DeclaredSource, declaredSources } from '../domain/declared-features.ts';
import {
  orderedAggregates,
  plainAggregates,
  scalarFunctions,
  sortingAggregates,
  summingAggregates,
} from './expression-words.ts';
import { ExpressionFault, isExpression, isNode, listNodes, type Node } from './parse-expression.ts';

const castTypes: ReadonlySet<unknown> = new Set(
  'TINYINT SMALLINT INTEGER BIGINT HUGEINT DECIMAL DOUBLE VARCHAR BOOLEAN'.split(' '),
);

/** What is allowed of the kinds of expression the engine has, each with its check. */
const checks: Readonly<Record<string, (node: Node, source: DeclaredSource) => void>> = {
  FUNCTION: checkFunction,
  COLUMN_REF: checkColumn,
  CAST: checkCast,
  CONSTANT: () => {},
  CASE: () => {},
  COMPARISON: () => {},
  CONJUNCTION: () => {},
  OPERATOR: () => {},
  BETWEEN: () => {},
};

const refusals: Readonly<Record<string, string>> = {
  SUBQUERY: 'must not hold a query of its own',
  WINDOW: 'must not use a window: it gives one value for each scientist',
  STAR: 'must not use *, except in count(*)',
};

/**
 * Holds every part of an expression against what is allowed: functions, operators, casts, cases, constants
 * and the columns of the source. Throws `ExpressionFault`.
 */
export function checkNodes(root: Node, source: DeclaredSource): void {
  const nodes = listExpressions(root);
  for (const node of nodes.filter(needsOrder(nodes))) checkOrder(node, source);
  for (const node of nodes) {
    const kind = String(node['class']);
    const check = checks[kind];
    if (check === undefined)
      throw new ExpressionFault(refusals[kind] ?? `must not use ${kind.toLowerCase()} expressions`);
    check(node, source);
  }
  if (!nodes.some(isAggregate))
    throw new ExpressionFault(
      'must be an aggregate, such as max(…): it gives one value for each scientist',
    );
}

/** The calls of sum and its like, which are exact over some types alone. */
export function listSums(root: Node): Node[] {
  return listExpressions(root).filter((node) => summingAggregates.has(nameOf(node)));
}

/** An expression and all within it. */
function listExpressions(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(listExpressions);
  if (!isNode(value)) return [];
  const within = Object.values(value).flatMap(listExpressions);
  return isExpression(value) ? [value, ...within] : within;
}

function checkFunction(node: Node): void {
  const name = nameOf(node);
  if (node['export_state'] === true) throw new ExpressionFault('must not export a state');
  if (!isAggregate(node) && !scalarFunctions.has(name))
    throw new ExpressionFault(
      `must not call ${name}: docs/FEATURES.md lists the functions that give the same for the same rows`,
    );
}

/** A list that is sorted afterwards needs none; the parser reads `list(x order by x)` as that. */
function needsOrder(nodes: readonly Node[]): (node: Node) => boolean {
  const sorted = new Set(
    nodes
      .filter((node) => nameOf(node) === 'list_sort')
      .map((node) => listNodes(node['children'])[0]),
  );
  return (node) => orderedAggregates.has(nameOf(node)) && !sorted.has(node);
}

/** Rows that are equal in the order would come as they like, unless they give the same value. */
function checkOrder(node: Node, source: DeclaredSource): void {
  const { key } = declaredSources[source];
  const [value] = listNodes(node['children']);
  const orders = isNode(node['order_bys']) ? listNodes(node['order_bys']['orders']) : [];
  const settles = orders.some(
    ({ expression }) =>
      isColumn(expression, key) || isDeepStrictEqual(omitPlaces(expression), omitPlaces(value)),
  );
  if (settles) return;
  const name = nameOf(node);
  throw new ExpressionFault(
    `must say in which order ${name} takes the rows, and leave none open: ${name}(… order by …, ${key})`,
  );
}

function checkColumn(node: Node, source: DeclaredSource): void {
  const columns = Object.keys(declaredSources[source].columns);
  if (columns.some((column) => isColumn(node, column))) return;
  const name = Array.isArray(node['column_names']) ? node['column_names'].join('.') : '';
  throw new ExpressionFault(`names ${name}, which ${source} do not have: ${columns.join(', ')}`);
}

function checkCast({ cast_type: type }: Node): void {
  if (isNode(type) && castTypes.has(type['id'])) return;
  throw new ExpressionFault(
    `must not cast to other types than ${[...castTypes].join(', ').toLowerCase()}`,
  );
}

function isAggregate(node: Node): boolean {
  return [plainAggregates, sortingAggregates, summingAggregates, orderedAggregates].some((names) =>
    names.has(nameOf(node)),
  );
}

function isColumn(value: unknown, name: string): boolean {
  if (!isNode(value) || value['class'] !== 'COLUMN_REF') return false;
  const { column_names: names } = value;
  return Array.isArray(names) && names.length === 1 && String(names[0]).toLowerCase() === name;
}

function nameOf(node: Node): string {
  return node['class'] === 'FUNCTION' ? String(node['function_name']).toLowerCase() : '';
}

/** The parser notes where in the text each part stood. */
function omitPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(omitPlaces);
  if (!isNode(value)) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'query_location');
  return Object.fromEntries(entries.map(([key, part]) => [key, omitPlaces(part)]));
}
