import type { FastifyInstance } from 'fastify';

/** Notes the routes added from now on; tells which methods there are for a path. */
export function collectMethods(app: FastifyInstance): (path: string) => string[] {
  const routes: { pattern: RegExp; methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    if (!url.includes('*')) routes.push({ pattern: makePattern(url), methods: [method].flat() });
  });
  return (path) => {
    const found = routes.filter(({ pattern }) => pattern.test(path));
    return [...new Set(found.flatMap(({ methods }) => methods))].toSorted();
  };
}

/** `/loads/:loadId/undo` with anything but a slash for its parameters. */
function makePattern(url: string): RegExp {
  const parts = url.split(/:\w+/).map((part) => part.replaceAll(/[^\w/-]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}
