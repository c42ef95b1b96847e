import { existsSync, readFileSync } from 'node:fs';
import { parse as parseToml, TomlError } from 'smol-toml';

export const configFile = 'elute.toml';

/** The content of the configuration file, if there is one; what is wrong with it joins the faults. */
export function readConfigFile(
  known: readonly string[],
  faults: string[],
): Readonly<Record<string, unknown>> {
  if (!existsSync(configFile)) return {};
  try {
    const content = parseToml(readFileSync(configFile, 'utf8'));
    for (const key of Object.keys(content).filter((name) => !known.includes(name))) {
      faults.push(`${key} in ${configFile} is no setting. Known are ${known.join(', ')}.`);
    }
    return content;
  } catch (error) {
    faults.push(explainFileFault(error));
    return {};
  }
}

/** The parser quotes the lines around a fault, and with them perhaps a password: its first line suffices. */
function explainFileFault(error: unknown): string {
  const [message = ''] = error instanceof Error ? error.message.split('\n') : [String(error)];
  if (!(error instanceof TomlError)) return `${configFile} cannot be read: ${message}.`;
  const reason = message.replace('Invalid TOML document: ', '');
  return `${configFile}:${error.line}:${error.column}: this is no TOML: ${reason}.`;
}

/** A table of TOML. */
export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
