import { type Context, withDatabase } from '../context.ts';
import { insertToken, listTokens, type NewToken, revokeToken } from '../database/tokens.ts';
import type { Token } from '../domain/token.ts';
import { EluteError } from '../errors.ts';

/** Makes a token; its text is given here and never again. A server need not have run before. */
export function createToken(
  context: Context,
  token: NewToken,
): Promise<{ token: Token; text: string }> {
  return withDatabase(context, 'create', (database) => insertToken(database, token));
}

/** All tokens, newest first, also those that no longer hold. */
export function readTokens(context: Context): Promise<Token[]> {
  return withDatabase(context, 'existing', listTokens);
}

/** Takes a token back, at once and for good. Throws `token_not_found`. */
export async function takeTokenBack(context: Context, tokenId: number): Promise<void> {
  const isRevoked = await withDatabase(context, 'existing', (database) =>
    revokeToken(database, tokenId),
  );
  if (!isRevoked)
    throw new EluteError(
      'token_not_found',
      `There is no token ${tokenId}. "elute token list" lists all.`,
    );
}
