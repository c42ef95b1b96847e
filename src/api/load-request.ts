import type { Static } from 'typebox';
import type { Reading } from '../domain/reading.ts';
import { readingOptions } from '../domain/reading.ts';
import type { RejectLimit } from '../domain/reject-limit.ts';
import type { ServiceRequest } from '../domain/service-request.ts';
import type { Service } from '../jobs/service.ts';
import { checkWebhook } from '../jobs/webhook/check-webhook.ts';
import { RequestError } from './problems.ts';
import type { LoadOptions } from './schemas/loads.ts';

export type GivenOptions = Static<typeof LoadOptions>;

/** Where the files lie: all in one folder, whatever the links in it, or in a store. */
export interface Place {
  /** Absent where sources are addresses of objects. */
  readonly root?: string;
  readonly sources: readonly string[];
  readonly uploadFolder?: string;
}

/** What a worker is to do. Throws `invalid_request` for options that say nothing sensible. */
export function makeServiceRequest(
  { options }: Service,
  { root, sources, uploadFolder }: Place,
  given: GivenOptions,
): ServiceRequest {
  if (given.webhook !== undefined) checkWebhook(given.webhook, options);
  const rejectLimit = given.onReject === 'abort' ? { rows: 0 } : readLimit(given.maxRejects);
  return {
    load: {
      folder: root ?? process.cwd(),
      ...(root !== undefined && { root }),
      sources,
      reading: readReading(given),
      force: given.force ?? false,
      featuresOnly: given.featuresOnly ?? false,
    },
    isPlan: given.plan ?? false,
    ...(rejectLimit && { rejectLimit }),
    ...(uploadFolder !== undefined && { uploadFolder }),
    ...(given.webhook !== undefined && { webhook: given.webhook }),
  };
}

function readLimit(limit: GivenOptions['maxRejects']): RejectLimit | undefined {
  if (limit === undefined) return undefined;
  return typeof limit === 'number' ? { rows: limit } : { share: Number.parseFloat(limit) / 100 };
}

function readReading({ as, dateFormat, decimal, encoding }: GivenOptions): Reading {
  const given = { dataset: as, dateFormat, decimal, encoding };
  const found = Object.entries(readingOptions).flatMap(([name, { rule, parse }]) => {
    const text = Object.entries(given).find(([key]) => key === name)?.[1];
    if (text === undefined) return [];
    const value = parse(text);
    if (value === undefined)
      throw new RequestError('invalid_request', `${name} ${rule}.`, [{ in: name, message: rule }]);
    return [[name, value] as const];
  });
  return Object.fromEntries(found);
}
