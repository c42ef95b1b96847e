import type { Server } from './server.ts';

interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
}

/** One operation as the server describes it, with an address at which it can be asked for. */
export interface Operation {
  readonly method: string;
  readonly template: string;
  readonly path: string;
  /** Undefined where no token is needed. */
  readonly scope: string | undefined;
  readonly bodyTypes: readonly string[];
  readonly figureQueries: readonly string[];
  readonly figurePath: string | undefined;
}

interface Described {
  readonly security?: readonly { readonly bearer?: readonly string[] }[];
  readonly parameters?: readonly { name: string; in: string; schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
}

/** All operations of a server, by its own description. */
export async function listOperations({ ask }: Server): Promise<Operation[]> {
  const document = Object(await (await ask('/api/v1/openapi.json', { token: null })).json());
  return Object.entries<Record<string, Described>>(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, described]) => read(method, template, described)),
  );
}

function read(method: string, template: string, described: Described): Operation {
  const { security = [], parameters = [], requestBody } = described;
  const ofPath = parameters.filter((parameter) => parameter.in === 'path');
  const fill = (integer: string) =>
    ofPath.reduce(
      (path, { name, schema }) =>
        path.replace(`{${name}}`, schema.type === 'integer' ? integer : (schema.enum?.[0] ?? 'a')),
      template,
    );
  return {
    method: method.toUpperCase(),
    template,
    path: fill('1'),
    scope: security.flatMap(({ bearer = [] }) => bearer)[0],
    bodyTypes: Object.keys(requestBody?.content ?? {}),
    figureQueries: parameters
      .filter(({ in: place, schema }) => place === 'query' && isFigure(schema))
      .map(({ name }) => name),
    figurePath: ofPath.some(({ schema }) => isFigure(schema)) ? fill('one') : undefined,
  };
}

function isFigure({ type }: Schema): boolean {
  return type === 'integer' || type === 'number';
}
