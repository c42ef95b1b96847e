import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RowTable } from '../domain/rows/row-table.ts';
import { makeContext, type Service } from '../jobs/service.ts';
import { exportRows } from '../operations/export-rows.ts';
import { type RowPage, readRowPage } from '../operations/read-rows.ts';
import type { App } from './api.ts';
import { beginBody } from './body.ts';
import { type RowRequest, readRowRequest } from './row-parameters.ts';
import { makeListParameters, makeListResponse, mediaTypes } from './schemas/rows.ts';
import type { TakeTurn } from './turns.ts';

export interface List {
  readonly summary: string;
  /** As it is described; a request is answered from what `findTable` gives. */
  readonly table: RowTable;
  readonly findTable: (request: FastifyRequest) => Promise<RowTable>;
  /** Files are written a few at a time: each keeps a connection. */
  readonly takeTurn: TakeTurn;
}

/**
 * Adds the list of a noun. The schema of its parameters describes them only: they are read by the same
 * code as those of the command line, which has more to say of what is wrong.
 */
export function addListRoute(app: App, service: Service, list: List): void {
  const { summary, table, findTable, takeTurn } = list;
  app.get(
    `/api/v1/${table.noun}`,
    {
      schema: {
        summary,
        tags: [table.noun],
        querystring: makeListParameters(table),
        response: { 200: makeListResponse(table) },
      },
      validatorCompiler: () => () => true,
      config: { scope: 'read' },
    },
    async (request, reply) => {
      const asked = readRowRequest(await findTable(request), Object(request.query));
      const context = makeContext(service, request.signal);
      if (asked.format === 'json')
        return sendPage(request, reply, await readRowPage(context, asked.query));
      const exported = request.method === 'HEAD' ? withoutRows(asked) : asked;
      const body = await beginBody(
        (write) => takeTurn(() => exportRows(context, exported, write)),
        request,
      );
      return reply
        .type(
          asked.format === 'csv' ? `${mediaTypes.csv}; charset=utf-8` : mediaTypes[asked.format],
        )
        .header('content-disposition', `attachment; filename="${table.noun}.${asked.format}"`)
        .send(body);
    },
  );
}

/** Only what stands before the rows is wanted. */
function withoutRows<Asked extends RowRequest>(asked: Asked): Asked {
  return { ...asked, query: { ...asked.query, limit: 0 } };
}

/** The next page stands in the header too, as an address that is ready to be asked for. */
function sendPage(
  { url }: FastifyRequest,
  reply: FastifyReply,
  { rows, next }: RowPage,
): FastifyReply {
  if (next !== undefined) {
    const [path = '', query] = url.split('?');
    const parameters = new URLSearchParams(query);
    parameters.set('cursor', next);
    reply.header('link', `<${path}?${parameters}>; rel="next"`);
  }
  return reply.send({ data: rows, next: next ?? null });
}
