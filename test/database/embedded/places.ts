import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach } from 'vitest';
import { stopEmbeddedServer } from '../../../src/database/embedded/server.ts';

export const isRoot = process.getuid?.() === 0;

/** Gives each test directories of its own; what runs there is stopped and removed after it. */
export function usePlaces(): (name?: string) => string {
  const places: { root: string; directory: string }[] = [];
  afterEach(async () => {
    for (const { root, directory } of places.splice(0)) {
      await stopEmbeddedServer(directory);
      rmSync(root, { recursive: true, force: true });
    }
  });
  return (name = '.elute') => {
    const root = mkdtempSync(join(tmpdir(), 'embedded-test-'));
    const directory = join(root, name);
    places.push({ root, directory });
    return directory;
  };
}

export async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
