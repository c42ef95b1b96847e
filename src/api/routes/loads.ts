import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { findProgress } from '../../database/load-events.ts';
import { loadNotFound } from '../../database/load-states.ts';
import { findPlan, listLoads } from '../../database/loads.ts';
import { findKeyedLoad, requestCancel } from '../../database/service-loads.ts';
import type { ServiceRequest } from '../../domain/service-request.ts';
import { EluteError } from '../../errors.ts';
import type { Service } from '../../jobs/service.ts';
import { readApplyRequest, submitLoad, submitUndo } from '../../jobs/submit.ts';
import type { AddRoutes } from '../api.ts';
import { tokenOf } from '../authenticate.ts';
import { makeServiceRequest } from '../load-request.ts';
import { receiveUpload } from '../receive-upload.ts';
import {
  LoadDocument,
  LoadId,
  LoadPage,
  LoadQuery,
  type LoadView,
  PathsBody,
} from '../schemas/loads.ts';
import { findPlace } from '../server-paths.ts';

const IdempotencyKey = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'the same key from the same token means the same load',
    }),
  ),
});

const UploadBody = Type.Unsafe<unknown>({
  type: ['object', 'null'],
  description: 'an optional field "options" (JSON, before the files), and files named "files"',
  properties: {
    options: { type: 'string', description: 'the options of a load, as JSON' },
    files: { type: 'array', items: { type: 'string', format: 'binary' } },
  },
});

const accepted = { 202: LoadDocument };

/** Loads: asked for, looked at, cancelled, applied, undone. A worker carries them out. */
export const addLoadRoutes: AddRoutes = (app, service) => {
  app.post(
    '/api/v1/loads',
    {
      schema: {
        summary: 'Load files',
        description:
          'Takes files, or the paths of files that the server may read, and answers as soon as they are safe. Follow the load at its address.',
        tags: ['loads'],
        headers: IdempotencyKey,
        consumes: ['multipart/form-data', 'application/json'],
        body: {
          content: {
            'multipart/form-data': { schema: UploadBody },
            'application/json': { schema: PathsBody },
          },
        },
        response: accepted,
      },
      config: { scope: 'write' },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const earlier = key && (await findKeyedLoad(service.database, asker(request), key));
      if (earlier) return accept(service, reply, earlier);
      return submit(service, { request, reply, key }, await readRequest(request, service));
    },
  );

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

  const ofOne = (summary: string, description?: string) => ({
    summary,
    ...(description && { description }),
    tags: ['loads'],
    params: LoadId,
  });

  app.get(
    '/api/v1/loads/:loadId',
    {
      schema: { ...ofOne('Show a load with its receipt'), response: { 200: LoadDocument } },
      config: { scope: 'read' },
    },
    ({ params }) => describeLoad(service, params.loadId),
  );

  app.post(
    '/api/v1/loads/:loadId/cancel',
    {
      schema: {
        ...ofOne('Give a load up', 'One that is being published may be loaded all the same.'),
        response: accepted,
      },
      config: { scope: 'write' },
    },
    async ({ params }, reply) => {
      await requestCancel(service.database, params.loadId);
      return accept(service, reply, params.loadId);
    },
  );

  app.post(
    '/api/v1/loads/:loadId/apply',
    {
      schema: {
        ...ofOne('Load exactly what a plan has shown', 'Makes a load of its own.'),
        headers: IdempotencyKey,
        response: accepted,
      },
      config: { scope: 'write' },
    },
    async (request, reply) =>
      submit(
        service,
        { request, reply, key: request.headers['idempotency-key'] },
        await readApplyRequest(service.database, request.params.loadId),
      ),
  );

  app.post(
    '/api/v1/loads/:loadId/undo',
    {
      schema: {
        ...ofOne(
          'Undo a load',
          'Puts rows and features back as they were before it. Its state becomes "undone", or "undoError" says why not.',
        ),
        response: accepted,
      },
      config: { scope: 'write' },
    },
    async ({ params }, reply) => {
      await submitUndo(service, params.loadId);
      return accept(service, reply, params.loadId);
    },
  );
};

/** Whose keys these are: a name may be given to several tokens. */
export function asker(request: FastifyRequest): string {
  const { tokenId, name } = tokenOf(request);
  return `${name} (token ${tokenId})`;
}

async function readRequest(request: FastifyRequest, service: Service): Promise<ServiceRequest> {
  if (!request.isMultipart()) {
    if (request.body === undefined)
      throw new EluteError(
        'invalid_request',
        'Send files as multipart/form-data, or paths as JSON.',
      );
    // The schema has checked it.
    const { paths, ...options } = request.body as Static<typeof PathsBody>;
    return makeServiceRequest(service, await findPlace(service.options.roots, paths), options);
  }
  const { folder, names, options } = await receiveUpload(request, service);
  const place = { root: folder, sources: names, uploadFolder: folder };
  return makeServiceRequest(service, place, options);
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly key: string | undefined;
}

async function submit(
  service: Service,
  { request, reply, key }: Exchange,
  load: ServiceRequest,
): Promise<LoadView> {
  const { loadId } = await submitLoad(service, {
    request: load,
    requestedBy: asker(request),
    requestId: request.id,
    idempotencyKey: key,
  });
  return accept(service, reply, loadId);
}

async function accept(service: Service, reply: FastifyReply, loadId: number) {
  reply.code(202).header('location', `/api/v1/loads/${loadId}`);
  return describeLoad(service, loadId);
}

async function describeLoad({ database }: Service, loadId: number): Promise<LoadView> {
  const [load] = await listLoads(database, { only: loadId });
  if (load === undefined) throw loadNotFound(loadId);
  const progress = await findProgress(database, loadId);
  const plan = load.state === 'planned' ? await findPlan(database, loadId) : undefined;
  return { ...load, ...(progress && { progress }), ...(plan && { plan }) };
}
