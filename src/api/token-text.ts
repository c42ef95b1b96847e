import type { FastifyRequest } from 'fastify';
import { EluteError } from '../errors.ts';

/** The cookie in which a browser keeps the token that it got by logging in. */
export const sessionCookie = 'elute_session';

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/** The text of the token that comes with a request. Throws `token_required` and `origin_refused`. */
export function readTokenText(request: FastifyRequest): string {
  const text = readBearer(request);
  if (text !== undefined) return text;
  const cookie = request.cookies[sessionCookie];
  if (cookie === undefined)
    throw new EluteError(
      'token_required',
      'Send a token as "Authorization: Bearer …"; "elute token create" makes one.',
    );
  checkOrigin(request);
  return cookie;
}

function readBearer({ headers }: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** A browser sends its cookie whoever's page asks: what changes something must come from our own. */
function checkOrigin({ method, headers, protocol, host }: FastifyRequest): void {
  if (safeMethods.includes(method) || headers.origin === `${protocol}://${host}`) return;
  throw new EluteError('origin_refused', 'A page of another origin may not change anything here.');
}
