import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Scope, Token } from '../domain/token.ts';
import type { Database } from './connection.ts';

interface TokenRow {
  token_id: number;
  name: string;
  scopes: Scope[];
  created_at: Date;
  expires_at: Date;
  revoked_at: Date | null;
  last_used_at: Date | null;
}

const columns = 'token_id, name, scopes, created_at, expires_at, revoked_at, last_used_at';

export interface NewToken {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly lifetimeSeconds: number;
}

/** Makes a token; its text is given here once, the database keeps a hash of it. */
export async function insertToken(
  database: Database,
  { name, scopes, lifetimeSeconds }: NewToken,
): Promise<{ token: Token; text: string }> {
  const secret = randomBytes(32).toString('base64url');
  const [row] = await database.query<TokenRow>(
    `insert into elute.tokens (name, secret_hash, scopes, expires_at)
     values ($1, $2, $3, now() + make_interval(secs => $4)) returning ${columns}`,
    [name, hash(secret), scopes, lifetimeSeconds],
  );
  if (row === undefined) throw new Error('no token was stored');
  return { token: readToken(row), text: `elute_${row.token_id}_${secret}` };
}

/** All tokens, also those that no longer hold, newest first. */
export async function listTokens(database: Database): Promise<Token[]> {
  const rows = await database.query<TokenRow>(
    `select ${columns} from elute.tokens order by token_id desc`,
  );
  return rows.map(readToken);
}

/** Takes a token back; false where there is none of that number. */
export async function revokeToken(database: Database, tokenId: number): Promise<boolean> {
  const rows = await database.query(
    `update elute.tokens set revoked_at = coalesce(revoked_at, now()) where token_id = $1 returning token_id`,
    [tokenId],
  );
  return rows.length === 1;
}

/**
 * The token with this text, if it holds. The number in it finds the row, the hashes of the secrets are
 * compared in constant time. Its last use is noted once a minute.
 */
export async function findToken(database: Database, text: string): Promise<Token | undefined> {
  const [, id, secret = ''] = /^elute_([1-9]\d{0,8})_([\w-]{43})$/.exec(text) ?? [];
  if (id === undefined) return undefined;
  const [row] = await database.prepared<TokenRow & { secret_hash: Buffer; is_stale: boolean }>(
    'find-token',
    `select ${columns}, secret_hash,
       last_used_at is null or last_used_at < now() - interval '1 minute' as is_stale
     from elute.tokens where token_id = $1 and revoked_at is null and expires_at > now()`,
    [Number(id)],
  );
  if (row === undefined || !timingSafeEqual(row.secret_hash, hash(secret))) return undefined;
  if (row.is_stale)
    await database.query('update elute.tokens set last_used_at = now() where token_id = $1', [
      row.token_id,
    ]);
  return readToken(row);
}

function hash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function readToken(row: TokenRow): Token {
  return {
    tokenId: row.token_id,
    name: row.name,
    scopes: row.scopes,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...(row.revoked_at && { revokedAt: row.revoked_at }),
    ...(row.last_used_at && { lastUsedAt: row.last_used_at }),
  };
}
