import { clearLine } from 'node:readline';
import type { WriteStream } from 'node:tty';
import { type LoadStage, loadStages, type OnProgress, type Progress } from '../domain/load.ts';

const labels: Readonly<Record<LoadStage, string>> = {
  survey: 'Looking at the files',
  read: 'Reading rows',
  check: 'Checking rows',
  compare: 'Comparing with what is stored',
  compute: 'Computing features and copying rows',
  publish: 'Publishing',
};

const barWidth = 30;

export interface ProgressDisplay {
  readonly onProgress: OnProgress;
  /** Takes the display away, so that something else can be printed. */
  readonly stop: () => void;
}

/** A bar on a terminal, one plain line a stage elsewhere; both on stderr. */
export function makeProgressDisplay(): ProgressDisplay {
  return process.stderr.isTTY ? makeBar(process.stderr) : makeLines();
}

function makeLines(): ProgressDisplay {
  let shown: LoadStage | undefined;
  return {
    onProgress: ({ stage }) => {
      if (stage !== shown) process.stderr.write(`${labels[stage]}\n`);
      shown = stage;
    },
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
    stop: () => {
      if (isShown) show('');
    },
  };
}

function renderBar({ stage, share }: Progress): string {
  const step = `${loadStages.indexOf(stage) + 1}/${loadStages.length}`;
  if (share === undefined) return `${step}  ${labels[stage]}`;
  const bar = '━'.repeat(Math.round(share * barWidth)).padEnd(barWidth);
  return `${step}  ${labels[stage].padEnd(35)}  ${bar} ${Math.floor(share * 100)}%`;
}
