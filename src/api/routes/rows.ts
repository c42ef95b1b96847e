import { Type } from 'typebox';
import { type DatasetName, datasets } from '../../domain/datasets.ts';
import { builtInFeatures } from '../../domain/features.ts';
import { makeDatasetTable, makeFeatureTable } from '../../domain/rows/row-table.ts';
import { EluteError } from '../../errors.ts';
import { makeContext, type Service } from '../../jobs/service.ts';
import { findFeatureTable, readRow } from '../../operations/read-rows.ts';
import type { AddRoutes, App } from '../api.ts';
import { isKnown, makeEtag } from '../etag.ts';
import { addListRoute } from '../list-rows.ts';
import { changeSchemas, RowId } from '../schemas/changes.ts';
import { makeTurns } from '../turns.ts';

/** Files being written at once, over all nouns. */
const mostExports = 4;

const names = ['users', 'experiments', 'compounds'] as const satisfies readonly DatasetName[];

/** Reading rows: lists of features, users, experiments and compounds, and single stored rows. */
export const addRowRoutes: AddRoutes = (app, service) => {
  const takeTurn = makeTurns({ turns: mostExports, waitMs: 0, refuse: refuseExport });
  addListRoute(app, service, {
    summary: 'List the features of scientists, or export them',
    table: makeFeatureTable(builtInFeatures),
    findTable: ({ signal }) => findFeatureTable(makeContext(service, signal)),
    takeTurn,
  });
  for (const name of names) {
    const table = makeDatasetTable(name);
    const summary = `List stored ${name}, or export them`;
    addListRoute(app, service, { summary, table, findTable: async () => table, takeTurn });
    addOneRoute(app, service, name);
  }
};

function refuseExport(): EluteError {
  return new EluteError('busy', `${mostExports} exports are under way already. Try again later.`);
}

function addOneRoute(app: App, service: Service, name: DatasetName): void {
  const dataset = datasets[name];
  app.get(
    `/api/v1/${name}/:id`,
    {
      schema: {
        summary: `Read one stored ${dataset.noun}; its ETag is the version of the row`,
        tags: [name],
        params: RowId,
        response: {
          200: changeSchemas[name].row,
          304: Type.Null({ description: 'it is the version that If-None-Match names' }),
        },
      },
      config: { scope: 'read' },
    },
    async ({ params: { id }, headers, signal }, reply) => {
      const { values, version } = await readRow(makeContext(service, signal), dataset, id);
      const isSame = isKnown(headers['if-none-match'], version);
      reply.header('etag', makeEtag(version));
      return isSame ? reply.code(304).send(null) : reply.send(values);
    },
  );
}
