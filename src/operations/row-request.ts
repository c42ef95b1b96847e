import type { StoredRow } from '../database/stored-rows.ts';
import type { Dataset } from '../domain/datasets.ts';
import type { Requester } from '../domain/service-request.ts';
import { isWanted, type WantedVersions } from '../domain/version.ts';
import { EluteError } from '../errors.ts';

/** A request to change one row of a dataset. */
export interface RowRequest {
  readonly dataset: Dataset;
  /** What the history names as the row's place, such as `PATCH /api/v1/users/7 (request 0b3c…)`. */
  readonly place: string;
  readonly requester: Requester;
  /** How long to wait for others who publish; `busy` beyond that. */
  readonly waitMs: number;
}

/** The stored row that a change is for. */
export interface RowTarget {
  readonly id: number;
  /** The versions that may be changed. */
  readonly wanted: WantedVersions;
}

/** The row as it is stored. Throws `row_not_found`, and `row_changed` where it is not a wanted version. */
export function checkTarget(
  { dataset }: RowRequest,
  { id, wanted }: RowTarget,
  stored: StoredRow | undefined,
): StoredRow {
  if (stored === undefined)
    throw new EluteError('row_not_found', `There is no ${dataset.noun} ${id}.`);
  if (isWanted(wanted, stored.version)) return stored;
  throw new EluteError(
    'row_changed',
    `The ${dataset.noun} ${id} is no longer as it was; nothing was changed. Read it again, and ask with its present ETag.`,
  );
}
