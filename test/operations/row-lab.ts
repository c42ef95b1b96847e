import { type DatasetName, datasets } from '../../src/domain/datasets.ts';
import type { WantedVersions } from '../../src/domain/version.ts';
import {
  createRow,
  type RowOutcome,
  type RowValues,
  updateRow,
} from '../../src/operations/change-row.ts';
import { deleteRow } from '../../src/operations/delete-row.ts';
import type { RowRequest } from '../../src/operations/row-request.ts';
import type { Lab } from './lab.ts';

/** What a request does to the rows of a lab. */
export interface RowLab {
  create(name: DatasetName, values: RowValues): Promise<RowOutcome>;
  update(name: DatasetName, id: number, values: RowValues): Promise<RowOutcome>;
  /** The load that stands for it. */
  remove(name: DatasetName, id: number, wanted?: WantedVersions): Promise<number>;
}

export function useRows({ context }: Lab, waitMs = 60_000): RowLab {
  const request = (method: string, name: DatasetName): RowRequest => ({
    dataset: datasets[name],
    place: `${method} ${name}`,
    requester: { requestedBy: 'test (token 1)', requestId: `${method} ${name}` },
    waitMs,
  });
  return {
    create: (name, values) => createRow(context, request('POST', name), values),
    update: (name, id, values) =>
      updateRow(context, request('PATCH', name), { id, wanted: 'any', values }),
    remove: (name, id, wanted = 'any') =>
      deleteRow(context, request('DELETE', name), { id, wanted }),
  };
}

/** The load of an outcome that is no rejection. */
export function loadOf(outcome: RowOutcome): number {
  if ('loadId' in outcome) return outcome.loadId;
  throw new Error(`rejected: ${outcome.faults.map(({ message }) => message).join('; ')}`);
}
