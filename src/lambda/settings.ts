import { EluteError } from '../errors.ts';
import type { SecretStore } from '../secrets/make-secret.ts';
import type { Secret } from '../secrets/secret.ts';
import { clientSettings } from '../settings/client.ts';
import { parseYes } from '../settings/parse.ts';
import { readTable } from '../settings/read-table.ts';
import type { SettingTable } from '../settings/setting.ts';

/** What the function is told by its environment. */
export interface FunctionSettings {
  /** Without a slash at its end. */
  readonly server: string;
  readonly token: Secret;
  /** As the API takes them beside the paths. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What is loaded is the folder of the object, which says that the folder is complete. */
  readonly loadsFolder: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** There are neither flags nor a configuration file: only the variables count. */
const functionSettings = {
  ...clientSettings,
  options: {
    variable: 'ELUTE_LOAD_OPTIONS',
    fileKey: 'load_options',
    default: '{}',
    help: 'options of every load, as the API takes them',
    rule: 'must be a JSON object such as {"maxRejects":"1%"}, without paths',
    parse: parseOptions,
  },
  loadsFolder: {
    variable: 'ELUTE_LOAD_FOLDER',
    fileKey: 'load_folder',
    default: 'no',
    help: 'whether the folder of an object is loaded instead of the object itself',
    rule: 'must be yes or no',
    parse: parseYes,
  },
} as const satisfies SettingTable;

/** Throws one `invalid_configuration` that names every fault, and repeats no value. */
export function readFunctionSettings(
  variables: Environment,
  secrets: SecretStore,
): FunctionSettings {
  const faults: string[] = [];
  if (!variables['ELUTE_SERVER']) faults.push('ELUTE_SERVER names no server.');
  if (!variables['ELUTE_TOKEN'] && !variables['ELUTE_TOKEN_FILE'])
    faults.push('ELUTE_TOKEN holds no token, and no reference to one.');
  const sources = { flags: {}, variables, file: {}, secrets, faults };
  const { server, token, options, loadsFolder } = readTable(functionSettings, sources);
  if (server === undefined || token === undefined || faults.length > 0)
    throw new EluteError('invalid_configuration', faults.join(' '));
  return { server, token, options, loadsFolder };
}

function parseOptions(text: string): FunctionSettings['options'] | undefined {
  try {
    const options: unknown = JSON.parse(text);
    const isObject = typeof options === 'object' && options !== null && !Array.isArray(options);
    return isObject && !('paths' in options) ? { ...options } : undefined;
  } catch {
    return undefined;
  }
}
