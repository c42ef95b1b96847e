import { Option } from 'commander';
import { type Setting, type SettingTable, showDefault } from '../settings/setting.ts';

/** The flags of a table of settings; `config.ts` reads their values. */
export function makeSettingOptions(table: SettingTable): Option[] {
  return Object.entries(table).flatMap(([name, setting]) => {
    const options = makeOption(name, setting);
    if (!('isSecret' in setting)) return options;
    const { fileFlag, variable, help } = setting;
    const file = { flag: fileFlag, variable: `${variable}_FILE`, help: `file with the ${help}` };
    return [...options, ...makeOption(`${name}File`, { ...setting, ...file })];
  });
}

function makeOption(name: string, setting: Setting<unknown>): Option[] {
  const { flag, variable, help } = setting;
  if (flag === undefined) return [];
  const option = new Option(flag, `${help} (${variable}; default: ${showDefault(setting)})`);
  option.attributeName = () => name;
  return [option];
}

/** The settings of a table that have no flag, for the end of a help. */
export function renderVariables(table: SettingTable): string {
  const settings = Object.values(table).filter(({ flag }) => flag === undefined);
  const width = Math.max(...settings.map(({ variable }) => variable.length));
  const lines = settings.map(({ variable, help }) => `\n  ${variable.padEnd(width)}   ${help}`);
  return `\nSecrets have a variable, or NAME_FILE for a file with the text:${lines.join('')}`;
}
