import { clearLine } from 'node:readline';
import type { WriteStream } from 'node:tty';
import { type LoadStage, loadStages } from '../domain/load.ts';

/** What is waited for: a stage of a load, or what comes before where a server carries it out. */
type Step = LoadStage | 'upload' | 'queue';

const labels: Readonly<Record<Step, string>> = {
  upload: 'Sending the files',
  queue: 'Waiting for a worker',
  fetch: 'Fetching the files',
  survey: 'Looking at the files',
  read: 'Reading rows',
  check: 'Checking rows',
  compare: 'Comparing with what is stored',
  compute: 'Computing features and copying rows',
  publish: 'Publishing',
};

/** Only files of a store are fetched first. */
const stages: readonly Step[] = loadStages.filter((stage) => stage !== 'fetch');
const barWidth = 30;

/** `share` of the step is 0 to 1. */
interface StepProgress {
  readonly stage: Step;
  readonly share?: number;
}

export interface ProgressDisplay {
  readonly onProgress: (progress: StepProgress) => void;
  /** Says something that is to stay. */
  readonly note: (text: string) => void;
  /** Takes the display away, so that something else can be printed. */
  readonly stop: () => void;
}

/** A bar on a terminal, one plain line a stage elsewhere; both on stderr. */
export function makeProgressDisplay(): ProgressDisplay {
  return process.stderr.isTTY ? makeBar(process.stderr) : makeLines();
}

function makeLines(): ProgressDisplay {
  let shown: Step | undefined;
  return {
    onProgress: ({ stage }) => {
      if (stage !== shown) process.stderr.write(`${labels[stage]}\n`);
      shown = stage;
    },
    note: (text) => process.stderr.write(`${text}\n`),
    stop: () => {},
  };
}

/** One line, written over and over. No timer and no hidden cursor: a killed process leaves nothing to restore. */
function makeBar(terminal: WriteStream): ProgressDisplay {
  let isShown = false;
  const show = (text: string) => {
    // A terminal that does not tell its width has 0 columns.
    terminal.write(`\r${text.slice(0, (terminal.columns || 80) - 1)}`);
    clearLine(terminal, 1);
    isShown = text !== '';
  };
  return {
    onProgress: (progress) => show(renderBar(progress)),
    note: (text) => {
      if (isShown) show('');
      terminal.write(`\r${text}\n`);
    },
    stop: () => {
      if (isShown) show('');
    },
  };
}

function renderBar({ stage, share }: StepProgress): string {
  const position = stages.indexOf(stage) + 1;
  const step = position === 0 ? '   ' : `${position}/${stages.length}`;
  if (share === undefined) return `${step}  ${labels[stage]}`;
  const bar = '━'.repeat(Math.round(share * barWidth)).padEnd(barWidth);
  return `${step}  ${labels[stage].padEnd(35)}  ${bar} ${Math.floor(share * 100)}%`;
}
