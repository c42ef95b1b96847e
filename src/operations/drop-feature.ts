import { type Context, withDatabase } from '../context.ts';
import { type Client, inTransaction } from '../database/connection.ts';
import {
  dropColumn,
  listDeclared,
  remakeView,
  removeDeclared,
} from '../database/declared-features.ts';
import { lockPublishing } from '../database/locks.ts';
import { EluteError } from '../errors.ts';
import { publishFigures } from '../load/publish-features.ts';

/**
 * Removes a declared feature and all its figures. Throws `invalid_usage` where there is none of that name
 * or elute.toml still declares it, and `feature_in_use`.
 */
export async function dropFeature(context: Context, name: string): Promise<void> {
  if (context.settings.declaredFeatures.some((feature) => feature.name === name))
    throw new EluteError(
      'invalid_usage',
      `elute.toml declares the feature ${name}: the next load would add it again. Remove [features.${name}] there first.`,
    );
  await withDatabase(context, 'existing', (database) =>
    database.withClient((client) => inTransaction(client, () => drop(client, name))),
  );
}

async function drop(client: Client, name: string): Promise<void> {
  await lockPublishing(client);
  const names = (await listDeclared(client)).map((feature) => feature.name);
  if (!names.includes(name)) throw notDeclared(name, names);
  await remakeView(client, async () => {
    await removeDeclared(client, name);
    await dropColumn(client, name);
  });
  await publishFigures(client);
}

function notDeclared(name: string, names: readonly string[]): EluteError {
  const others = names.length === 0 ? 'None is declared.' : `Declared are ${names.join(', ')}.`;
  return new EluteError('invalid_usage', `There is no declared feature ${name}. ${others}`);
}
