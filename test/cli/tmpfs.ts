import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

/** A small disk of its own: a tmpfs with these mount options, such as `size=16m`. */
function mount(options: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'elute-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'elute-test', folder]);
  if (status === 0) return folder;
  rmdirSync(folder);
  return undefined;
}

/** At once, also while a server that was stopped lets go of its last files. */
function unmount(folder: string): void {
  const { status, stderr } = spawnSync('umount', ['--lazy', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  rmdirSync(folder);
}

/** Only root may mount, and not in every container. */
export const canMount = probe();

function probe(): boolean {
  const folder = mount('size=1m');
  if (folder !== undefined) unmount(folder);
  return folder !== undefined;
}

/** Makes small disks that are gone after the test. Whoever uses one must be off it by then. */
export function useDisks(): (options: string) => string {
  const disks: string[] = [];
  afterEach(() => {
    for (const disk of disks.splice(0)) unmount(disk);
  });
  return (options) => {
    const disk = mount(options);
    if (disk === undefined) throw new Error('mount failed, though it worked before');
    disks.push(disk);
    return disk;
  };
}
