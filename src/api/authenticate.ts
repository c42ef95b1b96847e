import type { FastifyRequest } from 'fastify';
import { findToken } from '../database/tokens.ts';
import { allows, type Token } from '../domain/token.ts';
import { EluteError } from '../errors.ts';
import type { Service } from '../jobs/service.ts';
import type { App } from './api.ts';

/** The cookie in which a browser keeps the token that it got by logging in. */
export const sessionCookie = 'elute_session';

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/** Lets through what a token allows. A route that does not say what it needs, needs everything. */
export function addAuthentication(app: App, { database }: Service): void {
  app.decorateRequest('token', undefined);
  app.addHook('onRequest', async (request) => {
    const { scope = 'admin' } = request.routeOptions.config;
    if (scope === 'none' || request.is404) return;
    const token = await identify(request, (text) => findToken(database, text));
    request.token = token;
    if (allows(token.scopes, scope)) return;
    throw new EluteError(
      'scope_missing',
      `This needs the scope "${scope}"; the token "${token.name}" has ${token.scopes.join(', ')}.`,
    );
  });
}

async function identify(
  request: FastifyRequest,
  find: (text: string) => Promise<Token | undefined>,
): Promise<Token> {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const cookie = request.cookies[sessionCookie];
  if (bearer === undefined && cookie !== undefined) checkOrigin(request);
  const text = bearer ?? cookie;
  if (text === undefined)
    throw new EluteError(
      'token_required',
      'Send a token as "Authorization: Bearer …"; "elute token create" makes one.',
    );
  const token = await find(text);
  if (token) return token;
  throw new EluteError(
    'token_invalid',
    'The token is wrong, revoked or expired; "elute token create" makes one.',
  );
}

/** A browser sends its cookie whoever's page asks: what changes something must come from our own. */
function checkOrigin({ method, headers, protocol, host }: FastifyRequest): void {
  if (safeMethods.includes(method) || headers.origin === `${protocol}://${host}`) return;
  throw new EluteError('origin_refused', 'A page of another origin may not change anything here.');
}

/** The token of a request that has passed. */
export function tokenOf({ token }: FastifyRequest): Token {
  if (token === undefined) throw new Error('a route without a token asks for it');
  return token;
}
