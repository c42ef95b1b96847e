import { SingleBar } from 'cli-progress';
import type { LoadStage, OnProgress } from '../domain/load.ts';

const labels: Readonly<Record<LoadStage, string>> = {
  survey: 'Looking at the files',
  read: 'Reading rows',
  check: 'Checking rows',
  compare: 'Comparing with what is stored',
  compute: 'Computing features and copying rows',
  publish: 'Publishing',
};

/** A bar on a terminal, one plain line a stage elsewhere; both on stderr. */
export function makeProgressReporter(): OnProgress & { stop?: () => void } {
  return process.stderr.isTTY ? makeBar() : makeLines();
}

function makeLines(): OnProgress {
  let shown: LoadStage | undefined;
  return ({ stage }) => {
    if (stage !== shown) process.stderr.write(`${labels[stage]}\n`);
    shown = stage;
  };
}

function makeBar(): OnProgress {
  const bar = new SingleBar({
    format: '{bar} {percentage}%  {label}',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    barCompleteChar: '━',
    barIncompleteChar: ' ',
    barsize: 30,
  });
  bar.start(1, 0, { label: '' });
  process.once('exit', () => bar.stop());
  return ({ stage, share }) => bar.update(share ?? 0, { label: labels[stage] });
}
