import { listLoads } from '../../database/loads.ts';
import { requestCancel } from '../../database/service-loads.ts';
import { retryLoad, submitUndo } from '../../jobs/submit.ts';
import type { AddRoutes } from '../api.ts';
import { acceptLoad, describeLoad } from '../describe-load.ts';
import { LoadDocument, LoadPage, LoadQuery, ofOneLoad } from '../schemas/loads.ts';

/** Loads: looked at, cancelled, undone. */
export const addLoadRoutes: AddRoutes = (app, service) => {
  addReadingRoutes(app, service);
  addEndingRoutes(app, service);
};

const addReadingRoutes: AddRoutes = (app, service) => {
  app.get(
    '/api/v1/loads',
    {
      schema: {
        summary: 'List loads, newest first',
        tags: ['loads'],
        querystring: LoadQuery,
        response: { 200: LoadPage },
      },
      config: { scope: 'read' },
    },
    async ({ query: { limit, before, state } }) => {
      const data = await listLoads(service.database, {
        limit,
        ...(before !== undefined && { before }),
        ...(state !== undefined && { state }),
      });
      return { data, next: data.length < limit ? null : (data.at(-1)?.loadId ?? null) };
    },
  );

  app.get(
    '/api/v1/loads/:loadId',
    {
      schema: { ...ofOneLoad('Show a load with its receipt'), response: { 200: LoadDocument } },
      config: { scope: 'read' },
    },
    ({ params }) => describeLoad(service, params.loadId),
  );
};

const addEndingRoutes: AddRoutes = (app, service) => {
  app.post(
    '/api/v1/loads/:loadId/cancel',
    {
      schema: {
        ...ofOneLoad('Give a load up', 'One that is being published may be loaded all the same.'),
        response: { 202: LoadDocument },
      },
      config: { scope: 'write' },
    },
    async ({ params }, reply) => {
      await requestCancel(service.database, params.loadId);
      return acceptLoad(service, reply, params.loadId);
    },
  );

  app.post(
    '/api/v1/loads/:loadId/retry',
    {
      schema: {
        ...ofOneLoad(
          'Try a failed load again',
          'Under its number, from where its files lie; not where they were uploaded.',
        ),
        response: { 202: LoadDocument },
      },
      config: { scope: 'write' },
    },
    async ({ params }, reply) => {
      await retryLoad(service, params.loadId);
      return acceptLoad(service, reply, params.loadId);
    },
  );

  app.post(
    '/api/v1/loads/:loadId/undo',
    {
      schema: {
        ...ofOneLoad(
          'Undo a load',
          'Puts rows and features back as they were before it. Its state becomes "undone", or "undoError" says why not.',
        ),
        response: { 202: LoadDocument },
      },
      config: { scope: 'write' },
    },
    async ({ params }, reply) => {
      await submitUndo(service, params.loadId);
      return acceptLoad(service, reply, params.loadId);
    },
  );
};
