import { Type } from 'typebox';
import { insertToken, revokeToken } from '../../database/tokens.ts';
import { EluteError } from '../../errors.ts';
import type { AddRoutes, App } from '../api.ts';
import { tokenOf } from '../authenticate.ts';
import { makeLoginCodes } from '../login-codes.ts';
import { sendLoginPage } from '../login-page.ts';
import { sessionCookie } from '../token-text.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** A path that logs one browser in, once, within five minutes. */
    makeLoginPath(): string;
  }
}

const sessionSeconds = 12 * 3600;
const afterLogin = '/api/v1/docs/';

/** A code has 256 random bits; this keeps whoever tries some out from costing more than that. */
const attempts = { max: 20, timeWindow: '1 minute' };

const Code = Type.Object(
  { code: Type.String({ maxLength: 200 }) },
  { additionalProperties: false },
);

/** Logs browsers in and out. The code is spent by POST: what only looks at a link must not use it up. */
export const addLoginRoutes: AddRoutes = (app, { database }) => {
  const codes = makeLoginCodes();
  app.decorate('makeLoginPath', () => `/login?code=${codes.issue()}`);

  app.register(async (pages: App) => {
    readForms(pages);
    const config = { scope: 'none' as const, rateLimit: attempts };
    pages.get(
      '/login',
      { schema: { hide: true, querystring: Code }, config },
      async (request, reply) => sendLoginPage(reply, request.query.code),
    );
    pages.post('/login', { schema: { hide: true, body: Code }, config }, async (request, reply) => {
      if (!codes.redeem(request.body.code)) throw codeIsSpent();
      const { text } = await insertToken(database, {
        name: 'browser',
        scopes: ['admin'],
        lifetimeSeconds: sessionSeconds,
      });
      return reply
        .header('cache-control', 'no-store')
        .setCookie(sessionCookie, text, {
          path: '/',
          httpOnly: true,
          sameSite: 'strict',
          secure: request.protocol === 'https',
          maxAge: sessionSeconds,
        })
        .redirect(afterLogin, 303);
    });
  });

  app.post(
    '/logout',
    { schema: { hide: true }, config: { scope: 'read' } },
    async (request, reply) => {
      if (request.headers.authorization !== undefined) throw notABrowser();
      await revokeToken(database, tokenOf(request).tokenId);
      return reply
        .header('cache-control', 'no-store')
        .clearCookie(sessionCookie, { path: '/' })
        .code(204)
        .send();
    },
  );
};

/** What a form without a script sends. */
function readForms(app: App): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 1000 },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
}

function codeIsSpent(): EluteError {
  return new EluteError(
    'login_code_invalid',
    'This login address has been used or is older than five minutes. "elute serve" prints a new one when it starts.',
  );
}

function notABrowser(): EluteError {
  return new EluteError(
    'invalid_request',
    'Only a browser logs out; "elute token revoke" takes a token back.',
  );
}
