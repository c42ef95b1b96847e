import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { RouteOptions } from 'fastify';
import { Type } from 'typebox';
import type { App } from './api.ts';
import { describeOperation } from './describe-operations.ts';
import { completeDocument, describeService } from './describe-service.ts';

const docsPath = '/api/v1/docs';

/** The page's own files alone; its scripts set styles on elements. */
const docsPolicy = [
  `default-src 'none'`,
  `base-uri 'none'`,
  `connect-src 'self'`,
  `form-action 'self'`,
  `frame-ancestors 'none'`,
  `img-src 'self' data:`,
  `script-src 'self'`,
  `style-src 'self' 'unsafe-inline'`,
].join('; ');

/** Describes all routes added from now on as OpenAPI 3.1, and shows them on a page. */
export async function addDocumentation(app: App): Promise<void> {
  app.addHook('onRoute', refuseUnknownQueries);
  await app.register(swagger, {
    openapi: describeService(),
    refResolver: {
      buildLocalReference: ({ $id }, _uri, _fragment, i) => String($id ?? `def-${i}`),
    },
    transform: ({ schema, url, route }) => ({
      schema: schema?.hide ? schema : describeOperation(route, schema ?? {}),
      url,
    }),
    transformObject: completeDocument,
  });
  addDocumentRoute(app);
  await app.register(async (pages) => {
    pages.addHook('onRoute', (route) => {
      route.config = { ...route.config, scope: 'none' };
    });
    await pages.register(swaggerUi, { routePrefix: docsPath, staticCSP: docsPolicy });
  });
}

/** A misspelt parameter must not read as if it had been heeded. */
function refuseUnknownQueries(route: RouteOptions): void {
  if (route.schema?.hide || route.url.includes('*') || route.url.startsWith(docsPath)) return;
  const { querystring } = route.schema ?? {};
  route.schema = {
    ...route.schema,
    querystring: {
      type: 'object',
      properties: {},
      ...Object(querystring),
      additionalProperties: false,
    },
  };
}

function addDocumentRoute(app: App): void {
  app.get(
    '/api/v1/openapi.json',
    {
      schema: {
        summary: 'This description',
        tags: ['service'],
        response: { 200: Type.Unsafe<unknown>({ description: 'OpenAPI 3.1', type: 'object' }) },
      },
      config: { scope: 'none' },
    },
    async (_request, reply) =>
      reply.type('application/json; charset=utf-8').serializer(JSON.stringify).send(app.swagger()),
  );
}
