import { Command } from 'commander';
import {
  type ClientSettings,
  readClientSettings,
  readServiceSettings,
  readSettings,
  readWatchSettings,
  type ServiceSettings,
  type Settings,
} from '../config.ts';
import type { Context } from '../context.ts';
import { commonSettings } from '../settings/common.ts';
import { readVersion } from '../version.ts';
import { addDatabaseCommand } from './database.ts';
import { addExplainCommand } from './explain.ts';
import { addFeaturesCommand } from './features.ts';
import { addGenerateCommand } from './generate.ts';
import { renderExamples } from './help.ts';
import { addLoadCommand } from './load.ts';
import { addLoadsCommand } from './loads.ts';
import { print } from './print.ts';
import type { ProgressDisplay } from './progress.ts';
import { addRejectsCommand } from './rejects.ts';
import { addRetryCommand } from './retry.ts';
import { addServeCommand, addWorkerCommand } from './serve.ts';
import { makeSettingOptions, renderVariables } from './setting-options.ts';
import { addTokenCommand } from './token.ts';
import { addUndoCommand } from './undo.ts';
import { addVerifyCommand } from './verify.ts';
import { addWatchCommand } from './watch.ts';

/**
 * What a command file is given to build its command with. It imports its operation when the command
 * runs: the engine alone takes longer to load than the help to print.
 */
export interface Cli {
  /** The settings and the signal, once the flags are parsed. */
  readonly makeContext: () => Context;
  /** The same for a command of the service, which has flags of its own. */
  readonly makeServiceContext: (flags: Readonly<Record<string, unknown>>) => {
    settings: Settings;
    options: ServiceSettings;
    signal: AbortSignal;
  };
  /** The same for a watch. */
  readonly makeWatchContext: (
    flags: Readonly<Record<string, unknown>>,
  ) => ReturnType<typeof readWatchSettings> & { signal: AbortSignal };
  /** What it takes to have a server do the work; undefined where none is named. */
  readonly makeRemoteContext: (
    flags: Readonly<Record<string, unknown>>,
  ) => RemoteContext | undefined;
  /** Prints a result, after the progress display is gone. */
  readonly print: (text: string | Uint8Array) => Promise<void>;
  /** Sets the exit code of a command that did not throw. */
  readonly setExitCode: (code: number) => void;
}

export interface RemoteContext {
  readonly server: ClientSettings;
  readonly signal: AbortSignal;
  readonly progress: ProgressDisplay;
}

interface Surroundings {
  readonly signal: AbortSignal;
  readonly progress: ProgressDisplay;
  readonly setExitCode: (code: number) => void;
}

const examples = renderExamples({
  'elute load samples': 'load a folder of tables',
  'elute features --limit 10': 'the first rows of the derived table',
  'elute rejects 1': 'the rows load 1 did not take, and why',
  'elute generate big --experiments 1e6': 'a million experiments to try it out',
  'psql "$(elute database url)"': 'the same database, by hand',
});

const endings = `
Exit codes:
  0  done                                 3  loaded, but some rows were rejected
  1  internal error, or verify failed     4  refused, nothing loaded
  2  bad usage or configuration         130  interrupted, nothing loaded`;

const footnote = 'Settings such as --database are listed by "elute --help".';

/** The command line: every command, every option, every help text. */
export function makeProgram(surroundings: Surroundings): Command {
  const program: Command = new Command('elute')
    .description(
      'Loads lab files (scientists, experiments, compounds) into PostgreSQL, checks every row, and derives features per scientist.',
    )
    .version(readVersion())
    .addHelpText('after', `${renderVariables(commonSettings)}\n${examples}\n${endings}`)
    .addHelpText('afterAll', ({ command }) => (command === program ? '' : `\n${footnote}`))
    .configureOutput({
      getOutHelpWidth: () => Math.min(process.stdout.columns ?? 80, 100),
      outputError: (text, write) => write(text.replace(/^error: /, 'elute: ')),
    })
    .showHelpAfterError('(elute --help lists commands and options)')
    .exitOverride();
  for (const option of makeSettingOptions(commonSettings)) program.addOption(option);
  for (const addCommand of commands) addCommand(program, makeCli(program, surroundings));
  for (const command of program.commands)
    command.showHelpAfterError(`(elute ${command.name()} --help tells more)`);
  return program;
}

function makeCli(program: Command, { signal, progress, setExitCode }: Surroundings): Cli {
  return {
    setExitCode,
    makeContext: () => ({
      settings: readSettings(program.opts()),
      signal,
      onProgress: progress.onProgress,
    }),
    makeServiceContext: (flags) => ({
      ...readServiceSettings({ ...program.opts(), ...flags }),
      signal,
    }),
    makeWatchContext: (flags) => ({
      ...readWatchSettings({ ...program.opts(), ...flags }),
      signal,
    }),
    makeRemoteContext: (flags) => {
      const server = readClientSettings({ ...program.opts(), ...flags });
      return server && { server, signal, progress };
    },
    print: (text) => {
      progress.stop();
      return print(text);
    },
  };
}

const commands = [
  addLoadCommand,
  addFeaturesCommand,
  addExplainCommand,
  addLoadsCommand,
  addRejectsCommand,
  addUndoCommand,
  addVerifyCommand,
  addGenerateCommand,
  addServeCommand,
  addWorkerCommand,
  addWatchCommand,
  addRetryCommand,
  addTokenCommand,
  addDatabaseCommand,
];
