import type { Engine } from '../compute/engine.ts';
import {
  type DeclaredFeature,
  type DeclaredSource,
  type DeclaredType,
  declaredSources,
} from '../domain/declared-features.ts';
import type { Feature } from '../domain/features.ts';
import { EluteError } from '../errors.ts';
import { checkNodes, listSums } from './check-nodes.ts';
import {
  ExpressionFault,
  listNodes,
  parseExpression,
  writeExpression,
} from './parse-expression.ts';

/**
 * Checks the declared among some features. What stands in the database is not trusted more than what
 * stands in a file: whoever may write there shall not make a worker read files. Throws `invalid_configuration`.
 */
export async function checkExpressions(
  engine: Engine,
  features: readonly Feature[],
): Promise<void> {
  for (const { declared } of features) {
    const fault = declared && (await findExpressionFault(engine, declared));
    if (fault !== undefined) throw new EluteError('invalid_configuration', fault);
  }
}

/** What is wrong with a feature's expression, as a sentence; undefined where it can be computed. */
export async function findExpressionFault(
  engine: Engine,
  declared: DeclaredFeature,
): Promise<string | undefined> {
  try {
    const tree = await parseExpression(engine, declared.expression);
    checkNodes(tree, declared.source);
    for (const sum of listSums(tree)) {
      const [added] = listNodes(sum['children']);
      if (added) await checkSum(engine, declared.source, await writeExpression(engine, added));
    }
    await checkResult(engine, declared);
    return undefined;
  } catch (error) {
    if (error instanceof ExpressionFault)
      return `The expression of the feature ${declared.name} ${error.message}.`;
    throw error;
  }
}

const wholeTypes = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/;
const exactTypes = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|BOOLEAN|DECIMAL\(.*\))$/;
const numberTypes = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL\(.*\)|FLOAT|DOUBLE)$/;

/** What an expression may give to be stored as each type, without anything lost on the way. */
const given: Readonly<Record<DeclaredType, RegExp>> = {
  bigint: wholeTypes,
  double: numberTypes,
  text: /^VARCHAR$/,
  boolean: /^BOOLEAN$/,
};

async function checkSum(engine: Engine, source: DeclaredSource, added: string): Promise<void> {
  const type = await findType(engine, `select (${added}\n) as value from ${emptyRows(source)}`);
  if (exactTypes.test(type)) return;
  throw new ExpressionFault(
    `must add up ${added} with sorted_sum: the last digits of sum and avg depend on the order of the rows`,
  );
}

/** The engine binds it to an empty table: columns outside aggregates and types that do not fit come to light. */
async function checkResult(
  engine: Engine,
  { source, type, expression }: DeclaredFeature,
): Promise<void> {
  const found = await findType(
    engine,
    `select (${expression}\n) as value from ${emptyRows(source)} group by user_id`,
  );
  if (given[type].test(found)) return;
  throw new ExpressionFault(`gives ${found.toLowerCase()}, not ${type}`);
}

async function findType(engine: Engine, select: string): Promise<string> {
  const [column] = await engine
    .rows<{ column_type: string }>(`describe ${select}`)
    .catch((error) => {
      throw error instanceof EluteError ? error : new ExpressionFault(explainBinding(error));
    });
  return column?.column_type ?? '';
}

/** The first line of what the engine says; below it stands the whole statement. */
function explainBinding(error: unknown): string {
  const [message = ''] = error instanceof Error ? error.message.split('\n') : [String(error)];
  return `cannot be computed: ${message.replace(/^[\w ]+ Error: /, '').replace(/[.!]$/, '')}`;
}

function emptyRows(source: DeclaredSource): string {
  const columns = Object.entries(declaredSources[source].columns).map(
    ([name, type]) => `cast(null as ${type}) as ${name}`,
  );
  return `(select ${columns.join(', ')} where false)`;
}
