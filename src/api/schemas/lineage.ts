import { Type } from 'typebox';

const RowVersion = {
  values: Type.Record(Type.String(), Type.Unknown(), { description: 'its cells by column' }),
  loadId: Type.Integer({ description: 'the load it came with' }),
  place: Type.String({ description: 'file and line, as in runs.csv:7' }),
  endedBy: Type.Optional(Type.Integer({ description: 'the load that replaced it' })),
  isUndone: Type.Optional(Type.Boolean({ description: 'whether it ended because of an undo' })),
};

const RowLineage = Type.Object({
  id: Type.Integer(),
  ...RowVersion,
  earlier: Type.Array(Type.Object(RowVersion), { description: 'what it was before, newest first' }),
});

/** The stored rows that stand behind a scientist's features. */
export const Lineage = Type.Object(
  {
    featuresOnlyLoad: Type.Optional(
      Type.Integer({ description: 'the load that computed the figures and stored no rows' }),
    ),
    historyStart: Type.Optional(
      Type.Unsafe<Date>({
        type: 'string',
        format: 'date-time',
        description: 'versions that were replaced until then may be missing: they were pruned',
      }),
    ),
    user: Type.Optional(RowLineage),
    experiments: Type.Array(RowLineage),
  },
  { description: 'where the figures come from' },
);
