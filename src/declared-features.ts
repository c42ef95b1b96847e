import { configFile, isTable } from './config-file.ts';
import {
  type DeclaredFeature,
  type DeclaredSource,
  type DeclaredType,
  declaredSources,
  declaredTypes,
  findNameFault,
} from './domain/declared-features.ts';

/**
 * Reads the features that the configuration file declares, `[features.longest_run]`. What it takes the
 * engine to tell, such as whether the expression can be computed, is checked when the database is opened.
 */
export function readDeclaredFeatures(content: unknown, faults: string[]): DeclaredFeature[] {
  if (content === undefined) return [];
  if (!isTable(content)) {
    faults.push(`features in ${configFile} must be tables, such as [features.longest_run].`);
    return [];
  }
  return Object.entries(content).flatMap(([name, declaration]) => {
    const nameFault = findNameFault(name);
    if (nameFault) faults.push(`${JSON.stringify(name)} in ${place} ${nameFault}.`);
    if (isTable(declaration)) return readDeclaration(name, declaration, faults) ?? [];
    faults.push(`features.${name} in ${configFile} must be a table.`);
    return [];
  });
}

const place = `features of ${configFile}`;

type Table = Readonly<Record<string, unknown>>;

const keys = ['over', 'type', 'unit', 'meaning', 'expression', 'without_experiments'];

function readDeclaration(
  name: string,
  table: Table,
  faults: string[],
): DeclaredFeature | undefined {
  const before = faults.length;
  const say = (key: string, fault: string) =>
    faults.push(`${key} of features.${name} in ${configFile} ${fault}.`);
  for (const key of Object.keys(table).filter((one) => !keys.includes(one)))
    say(key, `is nothing a feature has. Known are ${keys.join(', ')}`);
  const source = readChoice<DeclaredSource>(table['over'], declaredSources);
  if (source === undefined) say('over', `must be ${listChoices(declaredSources)}`);
  const type = readChoice<DeclaredType>(table['type'], declaredTypes);
  if (type === undefined) say('type', `must be ${listChoices(declaredTypes)}`);
  const text = (key: string, most: number) => {
    const value = readText(table[key], most);
    if (value === undefined) say(key, `must be a text of at most ${most} characters`);
    return value ?? '';
  };
  const unit = readLine(text('unit', 100));
  const meaning = readLine(text('meaning', 300));
  const expression = text('expression', 4000);
  const withoutExperiments = type && readValue(table['without_experiments'], type);
  if (type && withoutExperiments === undefined)
    say('without_experiments', `must be a ${type} or "null"`);
  if (faults.length > before || !source || !type || withoutExperiments === undefined)
    return undefined;
  return { name, source, type, unit, meaning, expression, withoutExperiments };
}

function readChoice<Choice extends string>(
  value: unknown,
  choices: Readonly<Record<Choice, unknown>>,
): Choice | undefined {
  const names = Object.keys(choices) as Choice[];
  return names.find((name) => name === value);
}

function listChoices(choices: object): string {
  const names = Object.keys(choices);
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

function readText(value: unknown, most: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text.length > 0 && text.length <= most && !text.includes('\0') ? text : undefined;
}

/** They stand in tables and on a terminal. */
function readLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, ' ');
}

const areValues: Readonly<Record<DeclaredType, (value: unknown) => boolean>> = {
  bigint: Number.isSafeInteger,
  double: Number.isFinite,
  text: (value) => typeof value === 'string' && !value.includes('\0'),
  boolean: (value) => typeof value === 'boolean',
};

/** The value for scientists without experiments, as the engine reads it; undefined where it is none of the type. */
function readValue(value: unknown, type: DeclaredType): string | null | undefined {
  if (value === undefined || value === 'null') return null;
  return areValues[type](value) ? String(value) : undefined;
}
