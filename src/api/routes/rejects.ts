import { Type } from 'typebox';
import { renderMendable } from '../../domain/mendable.ts';
import type { Reject, RowFinding } from '../../domain/rejects.ts';
import { makeContext } from '../../jobs/service.ts';
import { readFindings } from '../../operations/read-loads.ts';
import type { AddRoutes } from '../api.ts';
import { LoadId } from '../schemas/loads.ts';

const finding = {
  file: Type.String({ description: 'the file, or the sheet of it' }),
  place: Type.String({ description: 'the row or cell, as in runs.csv:7' }),
  line: Type.Integer({ minimum: 1 }),
  column: Type.Union([Type.String(), Type.Null()]),
  value: Type.Union([Type.String(), Type.Null()]),
  code: Type.String(),
  message: Type.String(),
};

const Findings = Type.Unsafe<
  { rejects: readonly Reject[]; warnings: readonly RowFinding[]; prunedAt?: Date } | string
>(
  Type.Object({
    rejects: Type.Array(
      Type.Object({
        ...finding,
        header: Type.Array(Type.String()),
        record: Type.Array(Type.String(), { description: 'the cells as the file has them' }),
      }),
    ),
    warnings: Type.Array(Type.Object(finding)),
    prunedAt: Type.Optional(
      Type.Unsafe<Date>({
        type: 'string',
        format: 'date-time',
        description: 'when the lists were pruned: they lack what the receipt counts',
      }),
    ),
  }),
);

const RejectQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 100_000, default: 1000 }),
    format: Type.Optional(
      Type.String({
        enum: ['json', 'csv'],
        description: 'csv gives all rejected rows of one file, to be mended and loaded again',
      }),
    ),
    file: Type.Optional(Type.String({ description: 'only those of one file' })),
  },
  { additionalProperties: false },
);

/** The rows that a load did not take, and what was odd in those it took. */
export const addRejectRoutes: AddRoutes = (app, service) => {
  app.get(
    '/api/v1/loads/:loadId/rejects',
    {
      schema: {
        summary: 'List the rows a load did not take, and why',
        tags: ['loads'],
        params: LoadId,
        querystring: RejectQuery,
        response: {
          200: {
            description: 'rejects and warnings, or the file to mend',
            content: {
              'application/json': { schema: Findings },
              'text/csv': { schema: Type.Unsafe<string>({ type: 'string' }) },
            },
          },
        },
      },
      config: { scope: 'read' },
    },
    async ({ params: { loadId }, query: { limit, format, file }, signal }, reply) => {
      const isCsv = format === 'csv';
      const context = makeContext(service, signal);
      const found = await readFindings(context, loadId, isCsv ? undefined : limit);
      const ofFile = (one: RowFinding) => file === undefined || one.file === file;
      const rejects = found.rejects.filter(ofFile);
      if (isCsv)
        return reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="load-${loadId}-rejects.csv"`)
          .send(rejects.length === 0 ? '' : renderMendable(loadId, rejects));
      const { findingsPrunedAt: prunedAt } = found.load;
      const warnings = found.warnings.filter(ofFile);
      return reply.send({ rejects, warnings, ...(prunedAt && { prunedAt }) });
    },
  );
};
