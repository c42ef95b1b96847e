import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Absolute paths of one embedded server. All of it lies below `home`, a directory of mode 700. */
export interface Layout {
  readonly home: string;
  readonly data: string;
  readonly log: string;
}

export function layoutOf(directory: string): Layout {
  const home = resolve(directory, 'postgres');
  return { home, data: join(home, 'data'), log: join(home, 'server.log') };
}

export function hasCluster(layout: Layout): boolean {
  return existsSync(join(layout.data, 'PG_VERSION'));
}
