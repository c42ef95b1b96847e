import { lacksRegion, nameFault } from '../../aws-faults.ts';
import { nameObject, type ObjectAddress } from '../../domain/object-address.ts';
import { EluteError, type ErrorCode } from '../../errors.ts';

type Fault = readonly [code: ErrorCode, sentence: string];

const unreachable = (name: string): Fault => [
  'storage_unreachable',
  `cannot be reached (${name}). Check the network and AWS_ENDPOINT_URL, or try again later.`,
];
const refused = (name: string): Fault => [
  'storage_refused',
  `is not open to these credentials (${name}). Check them, and that they allow s3:GetObject and s3:ListBucket.`,
];

const faultsByName: Readonly<Record<string, Fault>> = {
  NoSuchBucket: ['path_not_found', 'cannot be read: there is no such bucket. Check its name.'],
  NoSuchKey: ['path_not_found', 'does not exist. Check its key.'],
  NotFound: ['path_not_found', 'does not exist. Check bucket and key.'],
  PreconditionFailed: [
    'file_changed',
    'changed while it was being read. Load it again once nothing writes to it any more.',
  ],
  InvalidObjectState: [
    'path_unreadable',
    'lies in an archive class. Restore it first, then load it.',
  ],
  CredentialsProviderError: [
    'storage_refused',
    'needs credentials, and there are none. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or give the machine a role.',
  ],
};

/** What the user is told for a fault of the store or the way to it; others, and those told already, stay as they are. */
export function explainStoreFault(error: unknown, address: ObjectAddress): unknown {
  if (!(error instanceof Error) || error instanceof EluteError) return error;
  const [code, sentence] = findFault(error) ?? [];
  if (code === undefined) return error;
  return new EluteError(code, `${nameObject(address)} ${sentence}`, { cause: error });
}

function findFault(error: Error): Fault | undefined {
  if (lacksRegion(error))
    return ['invalid_configuration', 'lies in an unknown region. Set AWS_REGION.'];
  return faultsByName[error.name] ?? findFaultOfStatus(error);
}

/** A fault of the network has no status; the SDK gives all others one. */
function findFaultOfStatus(error: Error): Fault | undefined {
  const status = readStatus(error);
  if (status === undefined)
    return isNetworkFault(error) ? unreachable(nameFault(error)) : undefined;
  if (status === 401 || status === 403) return refused(nameFault(error));
  if (status === 404) return faultsByName['NotFound'];
  if (status === 412) return faultsByName['PreconditionFailed'];
  if (status >= 500 || status === 408 || status === 429) return unreachable(nameFault(error));
  return ['path_unreadable', `cannot be read: the store answers ${status}, ${nameFault(error)}.`];
}

function readStatus(error: Error): number | undefined {
  if (!('$metadata' in error)) return undefined;
  const { httpStatusCode } = error.$metadata as { httpStatusCode?: number };
  return httpStatusCode;
}

/** Of answers that broke off, too; a fault of a file has a path. */
function isNetworkFault(error: Error): boolean {
  const hasCode = 'code' in error && typeof error.code === 'string' && !('path' in error);
  return (
    hasCode || '$metadata' in error || error.name === 'TimeoutError' || error.message === 'aborted'
  );
}
