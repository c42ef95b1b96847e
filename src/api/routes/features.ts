import { Type } from 'typebox';
import { builtInFeatures, type FeatureRow } from '../../domain/features.ts';
import { makeFeatureTable } from '../../domain/rows/row-table.ts';
import { makeContext } from '../../jobs/service.ts';
import { type Explanation, explainUser } from '../../operations/explain-user.ts';
import { readFeatureRow } from '../../operations/read-features.ts';
import type { AddRoutes } from '../api.ts';
import { RowId } from '../schemas/changes.ts';
import { Lineage } from '../schemas/lineage.ts';
import { makeRowSchema } from '../schemas/rows.ts';

/** A scientist may have millions of experiments; an answer has the first of them. */
const explainedExperiments = 1000;

const Query = Type.Object(
  {
    explain: Type.Boolean({
      default: false,
      description: `add the rows that stand behind the figures: at most ${explainedExperiments} experiments, by id`,
    }),
  },
  { additionalProperties: false },
);

type Answer = FeatureRow & { explanation?: Omit<Explanation, 'features' | 'definitions'> };

/** The features of one scientist. */
export const addFeatureRoutes: AddRoutes = (app, service) => {
  const { properties } = Object(makeRowSchema(makeFeatureTable(builtInFeatures)));
  app.get(
    '/api/v1/features/:id',
    {
      schema: {
        summary: 'Read the features of one scientist, and what stands behind them',
        tags: ['features'],
        params: RowId,
        querystring: Query,
        response: {
          200: Type.Unsafe<Answer>({
            type: 'object',
            properties: { ...properties, explanation: Lineage },
            additionalProperties: true,
          }),
        },
      },
      config: { scope: 'read' },
    },
    async ({ params: { id }, query: { explain }, signal }) => {
      const context = makeContext(service, signal);
      if (!explain) return readFeatureRow(context, id);
      const limit = explainedExperiments;
      const { features, definitions, ...explanation } = await explainUser(context, id, { limit });
      return { ...features, explanation };
    },
  );
};
