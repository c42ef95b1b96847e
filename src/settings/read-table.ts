import { configFile } from '../config-file.ts';
import { EluteError } from '../errors.ts';
import { makeSecret, type Origin, type SecretStore } from '../secrets/make-secret.ts';
import type { Secret } from '../secrets/secret.ts';
import type { SecretSetting, Setting, SettingTable, SettingValues } from './setting.ts';

/** What settings are read from. */
export interface Sources {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The content of the configuration file. */
  readonly file: Readonly<Record<string, unknown>>;
  readonly secrets: SecretStore;
  /** Joined by whatever is wrong. */
  readonly faults: string[];
}

/** The one place where a table is trusted to give values of its own types; with faults none are used. */
export function readTable<Table extends SettingTable>(
  table: Table,
  sources: Sources,
): SettingValues<Table> {
  const values = Object.entries(table).map(([name, setting]) => [
    name,
    'isSecret' in setting
      ? readSecret(name, setting, sources)
      : readSetting(name, setting, sources),
  ]);
  return Object.fromEntries(values) as SettingValues<Table>;
}

/** The keys that the configuration file may have for a table. */
export function listFileKeys(table: SettingTable): string[] {
  return Object.values(table).flatMap((setting) =>
    'isSecret' in setting ? [setting.fileKey, `${setting.fileKey}_file`] : [setting.fileKey],
  );
}

function readSetting(name: string, setting: Setting<unknown>, sources: Sources): unknown {
  const found = listPlaces(name, setting, sources).find(isSet);
  const text = found === undefined ? setting.default : String(found.value);
  const value = text === undefined ? undefined : setting.parse(text);
  if (found && value === undefined) sources.faults.push(`${found.place} ${setting.rule}.`);
  return value;
}

function readSecret(name: string, setting: SecretSetting, sources: Sources): Secret | undefined {
  const { faults, secrets } = sources;
  const origin = findOrigin(name, setting, sources);
  try {
    return origin && makeSecret(origin, setting, secrets);
  } catch (error) {
    if (!(error instanceof EluteError)) throw error;
    faults.push(error.message);
    return undefined;
  }
}

/** Of the text and the file that one level names, only one may be there. */
function findOrigin(name: string, setting: SecretSetting, sources: Sources): Origin | undefined {
  const texts = listPlaces(name, setting, sources);
  const files = listFilePlaces(name, setting, sources);
  const level = texts.findIndex((text, index) => isSet(text) || isSet(files[index]));
  const [text, file] = [texts[level], files[level]];
  if (isSet(text) && isSet(file))
    sources.faults.push(`${text.place} and ${file.place} are both set. Take one of them away.`);
  if (isSet(file)) return { place: file.place, path: String(file.value) };
  return isSet(text) ? { place: text.place, text: String(text.value) } : undefined;
}

interface Place {
  readonly place: string;
  readonly value: unknown;
}

function isSet(place: Place | undefined): place is Place {
  return place?.value !== undefined;
}

/** In the order of precedence. An empty variable counts as none. */
function listPlaces(
  name: string,
  { flag, variable, fileKey }: Pick<Setting<unknown>, 'flag' | 'variable' | 'fileKey'>,
  { flags, variables, file }: Sources,
): Place[] {
  return [
    { place: nameFlag(flag), value: flag && flags[name] },
    { place: variable, value: variables[variable] || undefined },
    { place: `${fileKey} in ${configFile}`, value: file[fileKey] },
  ];
}

/** The same for the file that holds a secret. */
function listFilePlaces(
  name: string,
  { fileFlag, variable, fileKey }: SecretSetting,
  sources: Sources,
): Place[] {
  return listPlaces(
    `${name}File`,
    { flag: fileFlag, variable: `${variable}_FILE`, fileKey: `${fileKey}_file` },
    sources,
  );
}

function nameFlag(flag = ''): string {
  return flag.split(' ')[0] ?? flag;
}
