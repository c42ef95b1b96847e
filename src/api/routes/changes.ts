import type { FastifyReply, FastifyRequest } from 'fastify';
import { makeBusy } from '../../database/locks.ts';
import { type Dataset, datasetNames, datasets } from '../../domain/datasets.ts';
import type { WantedVersions } from '../../domain/version.ts';
import { EluteError } from '../../errors.ts';
import { makeContext, type Service } from '../../jobs/service.ts';
import {
  createRow,
  type RowOutcome,
  type RowValues,
  updateRow,
} from '../../operations/change-row.ts';
import { deleteRow } from '../../operations/delete-row.ts';
import type { RowRequest } from '../../operations/row-request.ts';
import type { AddRoutes, App } from '../api.ts';
import { asker } from '../authenticate.ts';
import { makeEtag, readIfMatch } from '../etag.ts';
import { RequestError } from '../problems.ts';
import {
  changeSchemas,
  Deleted,
  describeChanged,
  describeCreated,
  IfMatch,
  RowId,
} from '../schemas/changes.ts';
import { makeTurns, type TakeTurn } from '../turns.ts';

/** How long a change waits for others, a large load being published above all. */
const waitMs = 10_000;

/** While one is published, the next is checked. More would only hold engines and connections. */
const turns = 2;

/** Creates, changes and deletes single rows: each a load of its own, at work while the client waits. */
export const addChangeRoutes: AddRoutes = (app, service) => {
  const takeTurn = makeTurns({ turns, waitMs, refuse: makeBusy });
  for (const name of datasetNames) addRoutesOf(app, { service, takeTurn, dataset: datasets[name] });
};

interface Surroundings {
  readonly service: Service;
  readonly takeTurn: TakeTurn;
  readonly dataset: Dataset;
}

function addRoutesOf(app: App, surroundings: Surroundings): void {
  addCreateRoute(app, surroundings);
  addUpdateRoute(app, surroundings);
  addDeleteRoute(app, surroundings);
}

function addCreateRoute(app: App, { service, takeTurn, dataset }: Surroundings): void {
  const { name, noun, key } = dataset;
  const { newRow, row } = changeSchemas[name];
  app.post(
    `/api/v1/${name}`,
    {
      schema: {
        summary: `Store a new ${noun}`,
        description:
          'The row is checked as one of a file; a column that is absent is empty. "Elute-Load" names its load, whose warnings tell what is odd in it.',
        tags: [name],
        body: newRow,
        response: { 201: describeCreated(row) },
      },
      config: { scope: 'write' },
    },
    async (request, reply) => {
      const values: RowValues = request.body;
      const outcome = await takeTurn((leftMs) =>
        createRow(makeRowContext(service), describe(request, dataset, leftMs), values),
      );
      const stored = answer(reply, outcome);
      return reply.code(201).header('location', `/api/v1/${name}/${stored[key]}`).send(stored);
    },
  );
}

function addUpdateRoute(app: App, { service, takeTurn, dataset }: Surroundings): void {
  const { name, noun } = dataset;
  const { changes, row } = changeSchemas[name];
  app.patch(
    `/api/v1/${name}/:id`,
    {
      schema: {
        summary: `Change a ${noun}`,
        description:
          'Columns that are absent stay as they are. Where nothing differs, the row keeps its ETag.',
        tags: [name],
        params: RowId,
        headers: IfMatch,
        body: changes,
        response: { 200: describeChanged(row) },
      },
      config: { scope: 'write' },
    },
    async (request, reply) => {
      const wanted = readWanted(request);
      const { id } = request.params;
      const values: RowValues = request.body;
      const outcome = await takeTurn((leftMs) =>
        updateRow(makeRowContext(service), describe(request, dataset, leftMs), {
          id,
          wanted,
          values,
        }),
      );
      return answer(reply, outcome);
    },
  );
}

function addDeleteRoute(app: App, { service, takeTurn, dataset }: Surroundings): void {
  const { name, noun } = dataset;
  app.delete(
    `/api/v1/${name}/:id`,
    {
      schema: {
        summary: `Delete a ${noun}`,
        description:
          'What experiments name is not deleted. "Elute-Load" names the load that can be undone to get the row back.',
        tags: [name],
        params: RowId,
        headers: IfMatch,
        response: { 204: Deleted },
      },
      config: { scope: 'write' },
    },
    async (request, reply) => {
      const wanted = readWanted(request);
      const { id } = request.params;
      const loadId = await takeTurn((leftMs) =>
        deleteRow(makeRowContext(service), describe(request, dataset, leftMs), { id, wanted }),
      );
      return nameLoad(reply, loadId).code(204).send();
    },
  );
}

/** A change that has begun goes to its end, whether or not its client still waits. */
function makeRowContext(service: Service) {
  return makeContext(service, new AbortController().signal);
}

function describe(request: FastifyRequest, dataset: Dataset, leftMs: number): RowRequest {
  const [path] = request.url.split('?');
  return {
    dataset,
    place: `${request.method} ${path} (request ${request.id})`,
    requester: { requestedBy: asker(request), requestId: request.id },
    waitMs: leftMs,
  };
}

function readWanted(request: FastifyRequest): WantedVersions {
  const wanted = readIfMatch(request.headers['if-match']);
  if (wanted !== undefined) return wanted;
  throw new EluteError(
    'precondition_required',
    'Send the ETag of the row as you read it in "If-Match", or * to change whatever is there.',
  );
}

/** The row, with the headers that tell its version and its load. */
function answer(reply: FastifyReply, outcome: RowOutcome): RowValues {
  if ('row' in outcome) {
    nameLoad(reply, outcome.loadId).header('etag', makeEtag(outcome.row.version));
    return outcome.row.values;
  }
  throw new RequestError(
    'row_rejected',
    'The row was rejected, and nothing was stored; see "errors".',
    outcome.faults.map(({ column, message, code }) => ({ in: column ?? 'body', message, code })),
  );
}

function nameLoad(reply: FastifyReply, loadId: number): FastifyReply {
  return reply.header('elute-load', `/api/v1/loads/${loadId}`);
}
