import type { FastifyRequest } from 'fastify';
import { findToken } from '../database/tokens.ts';
import { allows, type Token } from '../domain/token.ts';
import { EluteError } from '../errors.ts';
import type { Service } from '../jobs/service.ts';
import type { App } from './api.ts';
import { makeGuessLimit } from './guess-limit.ts';
import { readTokenText } from './token-text.ts';

/** Lets through what a token allows. A route that does not say what it needs, needs everything. */
export function addAuthentication(app: App, { database }: Service): void {
  app.decorateRequest('token', undefined);
  const limitGuesses = makeGuessLimit(app);
  app.addHook('onRequest', async (request, reply) => {
    const { scope = 'admin' } = request.routeOptions.config;
    if (scope === 'none' || request.is404) return;
    const text = readTokenText(request);
    const token = await limitGuesses(request, reply, () => findToken(database, text));
    request.token = token;
    if (allows(token.scopes, scope)) return;
    throw new EluteError(
      'scope_missing',
      `This needs the scope "${scope}"; the token "${token.name}" has ${token.scopes.join(', ')}.`,
    );
  });
}

/** The token of a request that has passed. */
export function tokenOf({ token }: FastifyRequest): Token {
  if (token === undefined) throw new Error('a route without a token asks for it');
  return token;
}

/** Who asks, as the history names it: several tokens may have one name. */
export function asker(request: FastifyRequest): string {
  const { tokenId, name } = tokenOf(request);
  return `${name} (token ${tokenId})`;
}
