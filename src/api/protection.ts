import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { ServiceSettings } from '../config.ts';
import type { App } from './api.ts';

/** What every answer is guarded by: headers for browsers, and a limit of requests for each token. */
export async function addProtection(
  app: App,
  { origins, rateLimit: max }: ServiceSettings,
): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: [`'none'`],
        baseUri: [`'none'`],
        formAction: [`'self'`],
        frameAncestors: [`'none'`],
      },
    },
    // Whether a name is reached by TLS alone is for the proxy to say that ends it.
    strictTransportSecurity: false,
  });
  if (origins.length > 0) await app.register(cors, corsOptions(origins));
  await app.register(cookie);
  await app.register(rateLimit, {
    max,
    timeWindow: '1 minute',
    // Runs after authentication: a made-up token does not get a limit of its own.
    keyGenerator: ({ token, ip }) => (token ? `token ${token.tokenId}` : ip),
  });
}

function corsOptions(origins: readonly string[]) {
  return {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['etag', 'location', 'elute-load', 'link', 'retry-after', 'x-request-id'],
    maxAge: 600,
  };
}
