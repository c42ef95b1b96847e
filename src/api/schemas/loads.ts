import { Type } from 'typebox';
import { datasetNames } from '../../domain/datasets.ts';
import { type Load, loadStages, loadStates, type Progress } from '../../domain/load.ts';
import type { Plan } from '../../domain/plan.ts';
import { decimals, encodings } from '../../domain/reading.ts';
import { rowOutcomes } from '../../domain/receipt.ts';

const oneOf = (values: readonly string[], description: string) =>
  Type.String({ enum: [...values], description });
const dateTime = (description: string) =>
  Type.Unsafe<Date>({ type: 'string', format: 'date-time', description });
const id = (description: string) => Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1, description });

export const LoadId = Type.Object({ loadId: id('the number of the load') });

/** How files are to be loaded; the same words as on the command line. */
export const LoadOptions = Type.Object(
  {
    as: Type.Optional(
      oneOf(datasetNames, 'what the files hold, where a header fits several datasets'),
    ),
    dateFormat: Type.Optional(
      Type.String({ description: 'how to read dates such as 03/04/2023: %d/%m/%Y or %m/%d/%Y' }),
    ),
    decimal: Type.Optional(oneOf(decimals, 'what numbers are written with')),
    encoding: Type.Optional(oneOf(encodings, 'how text is encoded')),
    maxRejects: Type.Optional(
      Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: '^\\d+(\\.\\d+)?%$' })], {
        description: 'load nothing when more rows are rejected: a number, or a share such as "1%"',
      }),
    ),
    onReject: Type.Optional(
      oneOf(['skip', 'abort'], 'skip: load the other rows; abort: load nothing'),
    ),
    plan: Type.Optional(
      Type.Boolean({ description: 'carry the load out, show what it changes, and roll it back' }),
    ),
    featuresOnly: Type.Optional(
      Type.Boolean({ description: 'compute and store features, not the rows they come from' }),
    ),
    force: Type.Optional(
      Type.Boolean({ description: 'load files also when the same content was loaded before' }),
    ),
    webhook: Type.Optional(
      Type.String({ format: 'uri', description: 'told when the load has ended' }),
    ),
  },
  { additionalProperties: false },
);

export const PathsBody = Type.Object(
  {
    paths: Type.Array(Type.String({ minLength: 1, maxLength: 4096 }), {
      minItems: 1,
      maxItems: 10_000,
      description: 'files, folders or patterns in the folders that the server may read from',
    }),
    ...LoadOptions.properties,
  },
  { additionalProperties: false },
);

const Counts = Type.Object(
  Object.fromEntries(
    ['read', ...rowOutcomes, 'warnings'].map((name) => [name, Type.Integer({ minimum: 0 })]),
  ),
);

const LoadError = Type.Object({ code: Type.String(), message: Type.String() });
const Mends = Type.Array(Type.Object({ loadId: Type.Integer(), rows: Type.Integer() }));

const LoadedFile = Type.Object({
  path: Type.String(),
  sheet: Type.Optional(Type.String()),
  numbering: oneOf(['line', 'row', 'record', 'request'], 'what the numbers of its rows count'),
  format: Type.String(),
  encoding: Type.Optional(Type.String()),
  reading: Type.Record(Type.String(), Type.String()),
  dataset: oneOf(datasetNames, 'what it holds'),
  sizeBytes: Type.Integer(),
  sha256: Type.String(),
  ignoredColumns: Type.Array(Type.String()),
  counts: Type.Optional(Counts),
});

const progressSchema = Type.Object({
  stage: oneOf(loadStages, 'what it is at'),
  share: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'of the stage' })),
  bytes: Type.Optional(Type.Object({ done: Type.Integer(), total: Type.Integer() })),
  rows: Type.Optional(Type.Integer({ description: 'rows read so far' })),
});

/** A load as the API gives it. */
export interface LoadView extends Load {
  readonly progress?: Progress;
  readonly plan?: Plan;
}

const loadSchema = Type.Object(
  {
    loadId: id('the number of the load'),
    state: oneOf(loadStates, 'what became of it'),
    startedAt: dateTime('when it began, or since when it waits'),
    finishedAt: Type.Optional(dateTime('when it ended')),
    undoneAt: Type.Optional(dateTime('when it was undone')),
    featuresOnly: Type.Boolean(),
    appliedPlan: Type.Optional(Type.Integer({ description: 'the plan it carried out' })),
    appliedBy: Type.Optional(Type.Integer({ description: 'the load that carried this plan out' })),
    mends: Mends,
    mendedBy: Mends,
    error: Type.Optional(LoadError),
    files: Type.Array(LoadedFile),
    requestedBy: Type.Optional(Type.String()),
    requestId: Type.Optional(Type.String()),
    isCancelRequested: Type.Boolean(),
    leftAlone: Type.Optional(
      Type.Object({
        alreadyLoaded: Type.Array(Type.Object({ path: Type.String(), loadId: Type.Integer() })),
        leftOut: Type.Array(Type.Object({ path: Type.String(), reason: Type.String() })),
      }),
    ),
    undoRequestedAt: Type.Optional(dateTime('when its undo was asked for')),
    undoError: Type.Optional(LoadError),
    historyPrunedAt: Type.Optional(
      dateTime('when what it replaced was pruned: it cannot be undone'),
    ),
    findingsPrunedAt: Type.Optional(
      dateTime('when its rejects and warnings were pruned; the counts stay'),
    ),
    progress: Type.Optional(progressSchema),
    plan: Type.Optional(
      Type.Unsafe<unknown>({
        type: 'object',
        description: 'what it would change',
        additionalProperties: true,
      }),
    ),
  },
  { title: 'Load' },
);

/** The schema decides what is sent; what it is made from has the types of the domain. */
export const LoadDocument = Type.Unsafe<LoadView>(loadSchema);

export const LoadPage = Type.Unsafe<{ data: readonly Load[]; next: number | null }>(
  Type.Object({
    data: Type.Array(loadSchema),
    next: Type.Union([Type.Integer(), Type.Null()], {
      description: 'the value of "before" that gives the next page',
    }),
  }),
);

export const LoadQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
    before: Type.Optional(id('gives loads with lower numbers')),
    state: Type.Optional(oneOf(loadStates, 'only loads in this state')),
  },
  { additionalProperties: false },
);

/** What the schemas of all routes on one load share. */
export function ofOneLoad(summary: string, description?: string) {
  return { summary, ...(description && { description }), tags: ['loads'], params: LoadId };
}
