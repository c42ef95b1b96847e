import type { RouteOptions } from 'fastify';
import type { Scope } from '../domain/token.ts';

type Schema = NonNullable<RouteOptions['schema']>;

/** The problems an operation may answer with, by status. */
export const problemNames = {
  400: ['BadRequest', 'The request is not as described here.'],
  401: ['Unauthorized', 'There is no token, or it is wrong, revoked or expired.'],
  403: ['Forbidden', 'The token does not have the scope, or another origin asks.'],
  404: ['NotFound', 'There is nothing of that name or number.'],
  409: ['Conflict', 'The state of the data does not allow it.'],
  412: ['PreconditionFailed', 'The row has changed since it was read.'],
  413: ['TooLarge', 'The body is too large.'],
  415: ['UnsupportedMediaType', 'The body has a type that is not read here.'],
  422: ['Unprocessable', 'What was sent cannot be loaded or stored.'],
  428: ['PreconditionRequired', 'Say by If-Match which state of the row is meant.'],
  429: ['TooManyRequests', 'Too many requests; Retry-After says when to come back.'],
  500: ['Internal', 'A fault of Elute or of its set-up.'],
  503: ['Unavailable', 'The database is away, or too much is under way; try again later.'],
} as const;

/** What every operation is described by and no route need say: its id, its scope, its problems. */
export function describeOperation(
  { method, url, config }: Pick<RouteOptions, 'method' | 'url' | 'config'>,
  schema: Schema,
): Schema {
  const scope = config?.scope ?? 'admin';
  return {
    ...schema,
    operationId: schema.operationId ?? makeId(String(method), url),
    description: `${schema.description ? `${schema.description} ` : ''}${describeScope(scope)}`,
    security: scope === 'none' ? [] : [{ bearer: [scope] }],
  };
}

/** Adds the problems to the responses of an operation that has been rendered. */
export function addProblems(
  responses: Readonly<Record<string, unknown>>,
  operation: { method: string; path: string; needsToken: boolean; hasBody: boolean },
): Record<string, unknown> {
  const problems = listStatuses(operation).map((status) => [
    status,
    { $ref: `#/components/responses/${problemNames[status][0]}` },
  ]);
  return { ...Object.fromEntries(problems), ...responses };
}

type Status = keyof typeof problemNames;

function listStatuses({
  method,
  path,
  needsToken,
  hasBody,
}: Parameters<typeof addProblems>[1]): readonly Status[] {
  const isWriting = method !== 'get' && method !== 'head';
  const isOfOne = path.includes('{');
  return [
    400,
    ...(needsToken ? ([401, 403] as const) : []),
    ...(isOfOne || hasBody ? ([404] as const) : []),
    ...(isWriting ? ([409, 422] as const) : []),
    ...(isWriting && isOfOne && method !== 'post' ? ([412, 428] as const) : []),
    ...(isWriting ? ([413, 415] as const) : []),
    429,
    500,
    503,
  ];
}

function describeScope(scope: Scope | 'none'): string {
  return scope === 'none' ? 'Needs no token.' : `Needs the scope "${scope}".`;
}

/** `GET /api/v1/loads/:loadId/rejects` → `getLoadsByLoadIdRejects` */
function makeId(method: string, url: string): string {
  const words = url
    .replace(/^\/api\/v1/, '')
    .replaceAll(/:(\w)/g, (_, first: string) => `by-${first}`)
    .split(/[^A-Za-z]+/)
    .filter((word) => word !== '');
  return (
    method.toLowerCase() + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('')
  );
}
