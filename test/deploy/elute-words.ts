import { type Command, CommanderError } from 'commander';
import { makeProgram } from '../../src/cli/program.ts';
import { clientSettings } from '../../src/settings/client.ts';
import { commonSettings } from '../../src/settings/common.ts';
import { serviceSettings } from '../../src/settings/service.ts';
import type { SettingTable } from '../../src/settings/setting.ts';
import { watchSettings } from '../../src/settings/watch.ts';

/** Every setting there is. */
const settings: SettingTable = {
  ...commonSettings,
  ...serviceSettings,
  ...clientSettings,
  ...watchSettings,
};

/** What Elute would refuse of a command line, without running it. */
export async function findCommandFaults(args: readonly string[]): Promise<string[]> {
  const program = makeProgram({
    signal: new AbortController().signal,
    progress: { onProgress: () => {}, note: () => {}, stop: () => {} },
    setExitCode: () => {},
  });
  const values: Record<string, unknown> = {};
  makeIdle(program, values);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0)
      return [`elute ${args.join(' ')}: ${error.message.split('\n', 1)[0]}`];
  }
  return findValueFaults(values);
}

/** The command does nothing but tell its flags; nothing is printed. */
function makeIdle(command: Command, values: Record<string, unknown>): void {
  command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  if (command.commands.length === 0)
    command.action(() => {
      Object.assign(values, command.optsWithGlobals());
    });
  for (const below of command.commands) makeIdle(below, values);
}

function findValueFaults(values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const setting = settings[name];
    if (setting === undefined || typeof value !== 'string') return [];
    return setting.parse(value) === undefined ? [`${setting.flag} ${setting.rule}`] : [];
  });
}

/** What is wrong with variables: names that are no setting, values that one cannot have. Empty ones count as none. */
export function findVariableFaults(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).flatMap(([name, value]) => {
    const setting = Object.values(settings).find((one) => one.variable === name);
    if (setting === undefined) return isSecretFile(name) ? [] : [`${name} is no setting`];
    if (value === '' || setting.parse(value) !== undefined) return [];
    return [`${name} ${setting.rule}`];
  });
}

function isSecretFile(name: string): boolean {
  return Object.values(settings).some(
    (setting) => 'isSecret' in setting && `${setting.variable}_FILE` === name,
  );
}
