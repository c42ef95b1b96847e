import pg from 'pg';
import type { Layout } from './layout.ts';
import { isPostmasterAlive, type PostmasterFile, readPostmasterFile } from './postmaster-file.ts';
import { isTrustedSocketDirectory, locateSocketDirectory } from './socket-directory.ts';

/** `busy`: a server is there, but still starting, recovering from a crash, or shutting down. */
export type ServerState =
  | { readonly kind: 'ready'; readonly url: string; readonly pid: number }
  | { readonly kind: 'busy' }
  | { readonly kind: 'none'; readonly stale: PostmasterFile | undefined };

const connectLimitMs = 5000;
const cannotConnectNow = '57P03';

/** Asks the server itself: its file survives a crash, and its process number may be reused. */
export async function readServerState(layout: Layout): Promise<ServerState> {
  const file = await readPostmasterFile(layout);
  if (file === undefined) return { kind: 'none', stale: undefined };
  const sockets = locateSocketDirectory(file.socketDirectory, layout);
  const url = makeUrl(sockets, file.port);
  if (file.isReady && (await isTrustedSocketDirectory(sockets, layout))) {
    if (await acceptsConnections(url)) return { kind: 'ready', url, pid: file.pid };
  }
  return (await isPostmasterAlive(file)) ? { kind: 'busy' } : { kind: 'none', stale: file };
}

/**
 * Understood by libpq and node-postgres alike. The sslmode is spelled out because node-postgres
 * would otherwise take PGSSLMODE from the environment, meant for another server.
 */
function makeUrl(socketDirectory: string, port: number): string {
  const host = socketDirectory.split('/').map(encodeURIComponent).join('/');
  return `postgresql://elute@/elute?host=${host}&port=${port}&sslmode=disable`;
}

async function acceptsConnections(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectLimitMs });
  // The server may go between the answer and the end; the answer stands.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.end();
    return true;
  } catch (error) {
    // One that refuses for any other reason, such as too many clients, is running.
    return error instanceof pg.DatabaseError && error.code !== cannotConnectNow;
  }
}
