import multipart from '@fastify/multipart';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyServerOptions, LogController } from 'fastify';
import type { Service } from '../jobs/service.ts';
import type { App } from './api.ts';
import { addAuthentication } from './authenticate.ts';
import { addDocumentation } from './documentation.ts';
import { addProblemHandlers } from './problems.ts';
import { addProtection } from './protection.ts';
import { addChangeRoutes } from './routes/changes.ts';
import { addFeatureRoutes } from './routes/features.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addLoadEventRoutes } from './routes/load-events.ts';
import { addSubmissionRoutes } from './routes/load-submission.ts';
import { addLoadRoutes } from './routes/loads.ts';
import { addLoginRoutes } from './routes/login.ts';
import { addMetricsRoute } from './routes/metrics.ts';
import { addRejectRoutes } from './routes/rejects.ts';
import { addRowRoutes } from './routes/rows.ts';

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
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyBytes,
    genReqId: () => crypto.randomUUID(),
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    trustProxy: options.trustedProxies.length > 0 && [...options.trustedProxies],
    ajv: {
      customOptions: {
        coerceTypes: 'array',
        removeAdditional: false,
        allErrors: true,
        allowUnionTypes: true,
        strictTypes: false,
      },
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  // Text is nothing that a route reads; JSON sent as text is refused like any other type.
  app.removeContentTypeParser('text/plain');
  addProblemHandlers(app);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, { statusCode, elapsedTime }) => {
    const { tokenId } = request.token ?? {};
    request.log.info(
      { req: request, status: statusCode, ms: Math.round(elapsedTime), tokenId },
      'answered',
    );
  });
  await addProtection(app, options);
  await app.register(multipart, { limits: { fileSize: options.uploadLimit, files: 1000 } });
  await addDocumentation(app);
  addAuthentication(app, service);
  for (const addRoutes of [
    addHealthRoutes,
    addLoginRoutes,
    addMetricsRoute,
    addSubmissionRoutes,
    addLoadRoutes,
    addLoadEventRoutes,
    addRejectRoutes,
    addChangeRoutes,
    addFeatureRoutes,
    addRowRoutes,
  ])
    addRoutes(app, service);
  return app;
}
