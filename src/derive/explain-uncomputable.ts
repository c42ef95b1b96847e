import type { Engine } from '../compute/engine.ts';
import type { Feature } from '../domain/features.ts';
import { EluteError } from '../errors.ts';

interface Failure {
  /** Those that were computed in one statement. */
  readonly features: readonly Feature[];
  readonly relation: string;
  readonly error: unknown;
}

/** Finds the declared feature that made a statement fail, such as by a cast; the error itself where it was none. */
export async function explainUncomputable(
  engine: Engine,
  { features, relation, error }: Failure,
): Promise<unknown> {
  if (error instanceof EluteError) return error;
  for (const { name, expression, declared } of features) {
    if (declared === undefined) continue;
    const alone = `select count(figure) from (select ${expression} as figure from ${relation} group by user_id)`;
    const fault = await engine.rows(alone).then(() => undefined, readMessage);
    if (fault !== undefined)
      return new EluteError(
        'feature_uncomputable',
        `The feature ${name} cannot be computed from these rows: ${fault} Nothing was changed. Mend its expression in elute.toml, such as with try_cast, or remove it with "elute database drop-feature ${name}".`,
        { cause: error },
      );
  }
  return error;
}

function readMessage(error: unknown): string {
  const [message = ''] = error instanceof Error ? error.message.split('\n') : [String(error)];
  return message.replace(/^[\w ]+ Error: /, '').replace(/[.!]?$/, '.');
}
