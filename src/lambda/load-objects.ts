import type { ObjectEvent } from '../domain/object-events.ts';
import { isTableName } from '../domain/table-names.ts';
import { EluteError, errorCatalogue } from '../errors.ts';
import type { FunctionSettings } from './settings.ts';
import { choosePath, submitObject } from './submit-object.ts';

/** One line: what happened, and to what. */
export type Log = (level: 'info' | 'warn' | 'error', msg: string, details: object) => void;

export interface Work {
  readonly settings: FunctionSettings;
  /** Aborted when the function has to end. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** How many objects were given to the service, were no table files, and were refused for good. */
export interface Summary {
  readonly accepted: number;
  readonly leftOut: number;
  readonly refused: number;
}

type Outcome = keyof Summary;

/**
 * Asks for the loads of all objects, one after the other. What the service refuses for good is logged as an
 * error, for nobody is told otherwise; a fault that may pass is thrown when all others have been asked for.
 */
export async function loadObjects(events: readonly ObjectEvent[], work: Work): Promise<Summary> {
  const summary = { accepted: 0, leftOut: 0, refused: 0 };
  const failures: unknown[] = [];
  for (const event of events) {
    await loadObject(event, work).then(
      (outcome) => summary[outcome]++,
      (error) => failures.push(error),
    );
  }
  if (failures.length > 0) throw failures[0];
  return summary;
}

async function loadObject(event: ObjectEvent, work: Work): Promise<Outcome> {
  const { settings, signal, log } = work;
  const path = choosePath(event, settings);
  if (!settings.loadsFolder && !isTableName(event.key)) {
    log('info', 'left out: no table file', { path });
    return 'leftOut';
  }
  try {
    const { loadId, state } = await submitObject(event, settings, signal);
    log('info', 'accepted', { path, loadId, state });
    return 'accepted';
  } catch (error) {
    const problem = { path, ...describeError(error) };
    if (!isAboutObject(error)) {
      log('warn', 'not accepted, to be tried again', problem);
      throw error;
    }
    log('error', 'refused', problem);
    return 'refused';
  }
}

/** Said of the request, the token or what it allows: when the set-up is mended, the event is still wanted. */
const setUpStatuses: readonly number[] = [400, 401, 403];

/** Whether the service has said no to this very object. All else passes, or is mended. */
function isAboutObject(error: unknown): boolean {
  if (!(error instanceof EluteError)) return false;
  const { status, retryable } = errorCatalogue[error.code];
  return status >= 400 && status < 500 && !retryable && !setUpStatuses.includes(status);
}

/** Of a fault of the program, the log gets all there is. */
export function describeError(error: unknown): { code: string; detail: string } {
  if (error instanceof EluteError) return { code: error.code, detail: error.message };
  return { code: 'internal', detail: error instanceof Error ? String(error.stack) : 'unknown' };
}
