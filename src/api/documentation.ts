import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { RouteOptions } from 'fastify';
import { Type } from 'typebox';
import { readVersion } from '../version.ts';
import type { App } from './api.ts';
import { addProblems, describeOperation, problemNames } from './describe-operations.ts';
import { Problem } from './schemas/problem.ts';

const docsPath = '/api/v1/docs';

const tags = {
  loads: 'Files handed over, and what became of every row',
  features: 'The derived figures of scientists, and where they come from',
  users: 'Scientists',
  experiments: 'What they did, with which compounds',
  compounds: 'What they used',
  service: 'The service itself',
};

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

function describeService() {
  const content = {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  };
  const problems = Object.values(problemNames).map(([name, description]) => [
    name,
    { description, content },
  ]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Elute',
      version: readVersion(),
      description:
        'Loads lab files into PostgreSQL, checks every row, and derives features per scientist.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    security: [{ bearer: [] }],
    components: {
      schemas: { Problem: Object(Problem) },
      responses: Object.fromEntries(problems),
      securitySchemes: {
        bearer: {
          type: 'http' as const,
          scheme: 'bearer',
          description: 'A token that "elute token create" has made',
        },
      },
    },
  };
}

interface Operation {
  readonly tags?: readonly string[];
  readonly security?: readonly unknown[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

type TransformObject = NonNullable<FastifyDynamicSwaggerOptions['transformObject']>;

function completeDocument(document: Parameters<TransformObject>[0]): ReturnType<TransformObject> {
  const openapi: Document = 'openapiObject' in document ? Object(document.openapiObject) : {};
  const paths = Object.entries(openapi.paths ?? {}).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [
        method,
        completeOperation(path, method, operation),
      ]),
    ),
  ]);
  return Object({ ...openapi, paths: Object.fromEntries(paths) });
}

function completeOperation(path: string, method: string, operation: Operation): Operation {
  const needsToken = operation.security?.length !== 0;
  const hasBody = operation.requestBody !== undefined;
  return {
    ...operation,
    responses: addProblems(operation.responses, { method, path, needsToken, hasBody }),
  };
}
