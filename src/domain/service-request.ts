import type { LoadRequest } from './plan.ts';
import type { RejectLimit } from './reject-limit.ts';

/** What a service is asked to load, as it is kept until a worker does it. */
export interface ServiceRequest {
  readonly load: LoadRequest;
  readonly isPlan: boolean;
  readonly rejectLimit?: RejectLimit;
  /** The plan to be carried out exactly. */
  readonly appliedPlan?: number;
  /** The folder of uploaded files, removed when the load has ended and is no plan. */
  readonly uploadFolder?: string;
  /** Told when the load has ended. */
  readonly webhook?: string;
}

/** Who asked by HTTP: the token, and the id of the request. */
export interface Requester {
  readonly requestedBy: string;
  readonly requestId: string;
}
