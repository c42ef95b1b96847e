import type { Engine } from '../compute/engine.ts';
import type { RejectLimit } from '../domain/reject-limit.ts';
import { EluteError } from '../errors.ts';
import type { RawRows } from '../extract/read-rows.ts';

/** 29% of 100 rows are 29, not 28.999999999999996. */
const precision = 1 + 1e-12;

/** The refusal of a load with more rejected rows than allowed, else undefined. */
export async function findTooManyRejects(
  engine: Engine,
  raws: readonly RawRows[],
  limit: RejectLimit | undefined,
): Promise<EluteError | undefined> {
  if (limit === undefined) return undefined;
  const read = raws.reduce((sum, raw) => sum + raw.read, 0);
  const [count] = await engine.rows<{ rejected: number }>(
    'select count(*) as rejected from rejects',
  );
  const rejected = count?.rejected ?? 0;
  const allowed = 'rows' in limit ? limit.rows : limit.share * read * precision;
  if (rejected <= allowed) return undefined;
  return new EluteError(
    'too_many_rejects',
    `${rejected} of ${read} rows were rejected, more than the ${describeLimit(limit)} allowed; nothing was loaded. Mend the files, or raise --max-rejects.`,
  );
}

function describeLimit(limit: RejectLimit): string {
  return 'rows' in limit ? String(limit.rows) : `${Number((limit.share * 100).toPrecision(12))}%`;
}
