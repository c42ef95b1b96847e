import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { readSettings, type SettingSource, settingNames, settingSources } from '../config.ts';
import type { Context } from '../context.ts';
import { addDatabaseCommand } from './database.ts';
import { addFeaturesCommand } from './features.ts';
import { addGenerateCommand } from './generate.ts';
import { addLoadCommand } from './load.ts';
import { addLoadsCommand } from './loads.ts';
import { makeProgressReporter } from './progress.ts';
import { addRejectsCommand } from './rejects.ts';
import { addVerifyCommand } from './verify.ts';

/** What a command file is given to build its command with. */
export interface Cli {
  /** The settings and the signal, once the flags are parsed. */
  readonly makeContext: () => Context;
  /** Sets the exit code of a command that did not throw. */
  readonly setExitCode: (code: number) => void;
}

const examples = `
Examples:
  elute load samples                      load a folder of CSV files and print the receipt
  elute features --limit 10               the first rows of the derived table
  elute rejects 1                         the rows that load 1 did not take, and why
  elute generate big --experiments 1e6    a million experiments to try it out
  psql "$(elute database url)"            the same database, by hand

Exit codes:
  0 done   1 internal error, or verify found a difference   2 bad usage or configuration
  3 loaded, but some rows were rejected   4 refused, nothing loaded   130 interrupted, nothing loaded`;

/** The command line: every command, every option, every help text. */
export function makeProgram(signal: AbortSignal, setExitCode: (code: number) => void): Command {
  const program = new Command('elute')
    .description(
      'Loads lab files (scientists, experiments, compounds) into PostgreSQL, row by checked row,\nand derives features per scientist.',
    )
    .version(readVersion())
    .addHelpText('after', examples)
    .showHelpAfterError('(elute --help lists commands and options)')
    .helpCommand(false)
    .exitOverride();
  for (const name of settingNames()) program.addOption(makeOption(name, settingSources[name]));
  const cli: Cli = {
    setExitCode,
    makeContext: () => ({
      settings: readSettings(program.opts()),
      signal,
      onProgress: makeProgressReporter(),
    }),
  };
  addLoadCommand(program, cli);
  addFeaturesCommand(program, cli);
  addLoadsCommand(program, cli);
  addRejectsCommand(program, cli);
  addVerifyCommand(program, cli);
  addGenerateCommand(program, cli);
  addDatabaseCommand(program, cli);
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}

function makeOption(name: string, { flag, variable, help, defaultText }: SettingSource): Option {
  const option = new Option(flag, `${help} (${variable}; default: ${defaultText})`);
  option.attributeName = () => name;
  return option;
}

function readVersion(): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return version;
}
