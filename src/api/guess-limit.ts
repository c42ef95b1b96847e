import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Token } from '../domain/token.ts';
import { EluteError } from '../errors.ts';
import type { App } from './api.ts';
import { readTokenText } from './token-text.ts';

const guesses = { max: 20, timeWindow: 60_000 };

type LimitGuesses = (
  request: FastifyRequest,
  reply: FastifyReply,
  find: () => Promise<Token | undefined>,
) => Promise<Token>;

/**
 * Finds the token of a request. After many wrong ones from one address, that address has to wait. They are
 * counted by the number in them: where all come through one proxy, an old token shuts out nobody else.
 * Throws `token_invalid` and `rate_limited`.
 */
export function makeGuessLimit(app: App): LimitGuesses {
  const limit = app.createRateLimit({ ...guesses, keyGenerator: nameGuesser });
  return async (request, reply, find) => {
    const count = await limit(request, { increment: false });
    if (!count.isAllowed && count.remaining === 0) {
      reply.header('retry-after', String(count.ttlInSeconds));
      throw new EluteError('rate_limited', 'Too many wrong tokens from this address; try later.');
    }
    const token = await find();
    if (token) return token;
    await limit(request);
    throw new EluteError(
      'token_invalid',
      'The token is wrong, revoked or expired; "elute token create" makes one.',
    );
  };
}

function nameGuesser(request: FastifyRequest): string {
  return `${request.ip} ${/^elute_(\d{1,9})_/.exec(readTokenText(request))?.[1] ?? ''}`;
}
