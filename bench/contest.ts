import type { Row } from './compare.ts';
import type { LabFiles } from './files.ts';

export type Shape = 'uniform' | 'skewed';

export interface Case {
  readonly contest: string;
  /** 0 where the files are no matter of size. */
  readonly experiments: number;
  readonly shape: Shape;
  /** Share of the experiments with a fault. */
  readonly bad: number;
}

/** Where a command runs. */
export interface Stage {
  readonly files: LabFiles;
  /** From 1; 0 while a stored state is being made. */
  readonly run: number;
  /** The directory of the server that all use. */
  readonly serverDirectory: string;
  /** The contestant's own folder for scripts and scratch files, the same in all runs of a case. */
  readonly folder: string;
  /** Its database; '' in a contest without one. */
  readonly url: string;
}

export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Besides 0. */
  readonly exitCode?: number;
  readonly folder?: string;
}

export interface Contestant {
  readonly name: string;
  readonly title: string;
  /** What it does beyond moving rows, in a few words. */
  readonly does: string;
  /** Needs more than the repository and programs that may be there; left out of `--check`. */
  readonly isExtra?: boolean;
  /** Why it cannot take part, if so. */
  missing?(): Promise<string | undefined>;
  /** What fills a database once, of which each run gets a copy. */
  stored?(stage: Stage): Command;
  /** Not measured. */
  before?(stage: Stage): Promise<void>;
  command(stage: Stage): Command;
  /** Not measured; also when the command failed. */
  after?(stage: Stage): Promise<void>;
  /** What must be equal to what Elute gives. Throws where there is none. */
  read?(stage: Stage): Promise<Row[]>;
}

export interface Contest {
  readonly name: string;
  /** What the table shows. */
  readonly text: string;
  /** `all` shapes and shares of bad rows, `clean` uniform files alone, or `none` at all. */
  readonly files: 'all' | 'clean' | 'none';
  /** The first is the one that all others are compared with. */
  readonly contestants: readonly Contestant[];
}
