import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyServerOptions } from 'fastify';
import type { Service } from '../jobs/service.ts';
import type { App } from './api.ts';
import { addAuthentication } from './authenticate.ts';
import { addProblemHandlers } from './problems.ts';
import { addHealthRoutes } from './routes/health.ts';

/** What a JSON body may take. */
const bodyBytes = 1_000_000;

/** The application with all its routes; it listens when it is told to. */
export async function makeApp(
  service: Service,
  { logger }: { logger: NonNullable<FastifyServerOptions['loggerInstance']> },
): Promise<App> {
  const { options } = service;
  const app: App = fastify({
    loggerInstance: logger,
    bodyLimit: bodyBytes,
    genReqId: () => crypto.randomUUID(),
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    ajv: { customOptions: { coerceTypes: 'array', removeAdditional: false, allErrors: true } },
  }).withTypeProvider<TypeBoxTypeProvider>();
  addProblemHandlers(app);
  await app.register(helmet);
  await app.register(cors, { origin: [...options.origins], exposedHeaders: ['etag', 'location'] });
  await app.register(cookie);
  await app.register(multipart, { limits: { fileSize: options.uploadLimit, files: 1000 } });
  await app.register(rateLimit, {
    max: options.rateLimit,
    timeWindow: '1 minute',
    keyGenerator: ({ headers, ip }) => headers.authorization ?? ip,
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  addAuthentication(app, service);
  for (const addRoutes of [addHealthRoutes]) addRoutes(app, service);
  return app;
}
