import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { findKeyedLoad } from '../../database/service-loads.ts';
import type { ServiceRequest } from '../../domain/service-request.ts';
import { EluteError } from '../../errors.ts';
import type { Service } from '../../jobs/service.ts';
import { readApplyRequest, type Submitted, submitLoad } from '../../jobs/submit.ts';
import { removeUpload } from '../../jobs/upload-store.ts';
import type { AddRoutes } from '../api.ts';
import { asker } from '../authenticate.ts';
import { acceptLoad } from '../describe-load.ts';
import { makeServiceRequest } from '../load-request.ts';
import { receiveUpload } from '../receive-upload.ts';
import { LoadDocument, ofOneLoad, PathsBody } from '../schemas/loads.ts';
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

/** Loads that are asked for: of files, of paths, of a plan. A worker carries them out. */
export const addSubmissionRoutes: AddRoutes = (app, service) => {
  addFilesRoute(app, service);
  addApplyRoute(app, service);
};

const addFilesRoute: AddRoutes = (app, service) => {
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
        response: { 202: LoadDocument },
      },
      config: { scope: 'write' },
    },
    async (request, reply) => {
      const earlier = await findEarlier(service, request);
      return acceptLoad(service, reply, earlier ?? (await submitFiles(service, request)));
    },
  );
};

const addApplyRoute: AddRoutes = (app, service) => {
  app.post(
    '/api/v1/loads/:loadId/apply',
    {
      schema: {
        ...ofOneLoad('Load exactly what a plan has shown', 'Makes a load of its own.'),
        headers: IdempotencyKey,
        response: { 202: LoadDocument },
      },
      config: { scope: 'write' },
    },
    async (request, reply) => {
      const earlier = await findEarlier(service, request);
      const loadId = earlier ?? (await submitPlan(service, request, request.params.loadId));
      return acceptLoad(service, reply, loadId);
    },
  );
};

/** The load that the same token asked for under the same key. */
async function findEarlier(
  { database }: Service,
  request: FastifyRequest,
): Promise<number | undefined> {
  const key = readKey(request);
  return key === undefined ? undefined : findKeyedLoad(database, asker(request), key);
}

async function submitPlan(
  service: Service,
  request: FastifyRequest,
  planId: number,
): Promise<number> {
  const load = await readApplyRequest(service.database, planId);
  return (await submit(service, request, load)).loadId;
}

/** Of two requests with one key that come at once, one brings its files in vain. */
async function submitFiles(service: Service, request: FastifyRequest): Promise<number> {
  const load = await readRequest(request, service);
  const { loadId, isRepeated } = await submit(service, request, load);
  if (isRepeated && load.uploadFolder !== undefined)
    await removeUpload(service.uploads, load.uploadFolder);
  return loadId;
}

async function readRequest(request: FastifyRequest, service: Service): Promise<ServiceRequest> {
  if (request.isMultipart())
    return receiveUpload(request, service, ({ folder, names, options }) =>
      makeServiceRequest(service, { root: folder, sources: names, uploadFolder: folder }, options),
    );
  if (request.body === undefined)
    throw new EluteError('invalid_request', 'Send files as multipart/form-data, or paths as JSON.');
  // The schema has checked it.
  const { paths, ...options } = request.body as Static<typeof PathsBody>;
  return makeServiceRequest(service, await findPlace(service.options.roots, paths), options);
}

function submit(
  service: Service,
  request: FastifyRequest,
  load: ServiceRequest,
): Promise<Submitted> {
  return submitLoad(service, {
    request: load,
    requestedBy: asker(request),
    requestId: request.id,
    idempotencyKey: readKey(request),
  });
}

function readKey({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  return typeof key === 'string' ? key : undefined;
}
