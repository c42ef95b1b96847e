import { Option } from 'commander';
import { type SettingTable, showDefault } from '../settings/setting.ts';

/** The flags of a table of settings; `config.ts` reads their values. */
export function makeSettingOptions(table: SettingTable): Option[] {
  return Object.entries(table).map(([name, setting]) => {
    const { flag, variable, help } = setting;
    const option = new Option(flag, `${help} (${variable}; default: ${showDefault(setting)})`);
    option.attributeName = () => name;
    return option;
  });
}
