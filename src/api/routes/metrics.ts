import { Type } from 'typebox';
import type { AddRoutes } from '../api.ts';
import { makeMetrics } from '../metrics.ts';

/** Figures for Prometheus. */
export const addMetricsRoute: AddRoutes = (app, service) => {
  const renderMetrics = makeMetrics(app, service);
  app.get(
    '/metrics',
    {
      schema: {
        summary: 'Figures for Prometheus',
        tags: ['service'],
        response: {
          200: {
            description: 'the text format of Prometheus',
            content: { 'text/plain': { schema: Type.String() } },
          },
        },
      },
      config: { scope: 'read' },
    },
    async (_request, reply) =>
      reply.type('text/plain; version=0.0.4; charset=utf-8').send(await renderMetrics()),
  );
};
