import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { readVersion } from '../version.ts';
import { addProblems, problemNames } from './describe-operations.ts';
import { Problem } from './schemas/problem.ts';

const tags = {
  loads: 'Files handed over, and what became of every row',
  features: 'The derived figures of scientists, and where they come from',
  users: 'Scientists',
  experiments: 'What they did, with which compounds',
  compounds: 'What they used',
  service: 'The service itself',
};

/** What the description says before it comes to the operations. */
export function describeService() {
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

/** Adds to each operation the problems that it may answer with. */
export function completeDocument(
  document: Parameters<TransformObject>[0],
): ReturnType<TransformObject> {
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
