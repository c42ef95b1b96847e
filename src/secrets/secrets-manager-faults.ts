import { lacksRegion, nameFault } from '../aws-faults.ts';
import { EluteError } from '../errors.ts';

const denied =
  'is not open to these credentials. Allow them secretsmanager:GetSecretValue on it, and kms:Decrypt where it has a key of its own.';
const noCredentials =
  'needs credentials of AWS, and there are none that hold. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or give the machine a role.';

const faultsByName: Readonly<Record<string, string>> = {
  ResourceNotFoundException:
    'does not exist. Check its name, and the region (AWS_REGION) it lies in.',
  AccessDeniedException: denied,
  DecryptionFailure: denied,
  CredentialsProviderError: noCredentials,
  UnrecognizedClientException: noCredentials,
  InvalidSignatureException: noCredentials,
  ExpiredTokenException: noCredentials,
  InvalidRequestException: 'cannot be given out, as it is being deleted or has no value yet.',
  InvalidParameterException: 'has no name that Secrets Manager knows. Check how it is written.',
  ValidationException: 'has no name that Secrets Manager knows. Check how it is written.',
};

/** What the user is told, in words of our own: a fault of a client may quote what was sent or received. */
export function explainSecretFault(error: unknown, name: string): EluteError {
  const fault = error instanceof Error ? error : new Error('unknown');
  if (lacksRegion(fault)) return makeUnreadable(name, 'lies in an unknown region. Set AWS_REGION.');
  const sentence = faultsByName[fault.name];
  if (sentence !== undefined) return makeUnreadable(name, sentence);
  return new EluteError(
    'secret_store_unreachable',
    `${nameSecret(name)} cannot be fetched (${nameFault(fault)}): AWS Secrets Manager does not answer. Check the network and AWS_ENDPOINT_URL, or try again later.`,
  );
}

export function makeUnreadable(name: string, sentence: string): EluteError {
  return new EluteError('secret_unreadable', `${nameSecret(name)} ${sentence}`);
}

function nameSecret(name: string): string {
  return `The secret ${name} in AWS Secrets Manager`;
}
