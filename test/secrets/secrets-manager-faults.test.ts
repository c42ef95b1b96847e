import { expect, test } from 'vitest';
import { errorCatalogue } from '../../src/errors.ts';
import { explainSecretFault } from '../../src/secrets/secrets-manager-faults.ts';

const unreadable = (sentence: string) => `The secret lab/db in AWS Secrets Manager ${sentence}`;
const credentials =
  'needs credentials of AWS, and there are none that hold. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or give the machine a role.';
const denied =
  'is not open to these credentials. Allow them secretsmanager:GetSecretValue on it, and kms:Decrypt where it has a key of its own.';

const make = (name: string, more: object = {}) =>
  Object.assign(new Error('marker'), { name, ...more });

test.each<[Error, string]>([
  [
    make('ResourceNotFoundException'),
    'does not exist. Check its name, and the region (AWS_REGION) it lies in.',
  ],
  [make('AccessDeniedException'), denied],
  [make('DecryptionFailure'), denied],
  [make('CredentialsProviderError'), credentials],
  [make('ExpiredTokenException'), credentials],
  [new Error('Region is missing'), 'lies in an unknown region. Set AWS_REGION.'],
  [
    make('InvalidRequestException'),
    'cannot be given out, as it is being deleted or has no value yet.',
  ],
])('%s: what to do, and that trying again does not help', (fault, sentence) => {
  const { code, message } = explainSecretFault(fault, 'lab/db');
  expect([code, message]).toEqual(['secret_unreadable', unreadable(sentence)]);
  expect(errorCatalogue[code].retryable).toBe(false);
});

test.each<[Error, string]>([
  [make('Error', { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [make('TimeoutError'), 'TimeoutError'],
  [make('InternalServiceError'), 'InternalServiceError'],
  [make('ThrottlingException'), 'ThrottlingException'],
])('%s: trying again may help', (fault, name) => {
  const { code, message } = explainSecretFault(fault, 'lab/db');
  expect([code, message]).toEqual([
    'secret_store_unreachable',
    `The secret lab/db in AWS Secrets Manager cannot be fetched (${name}): AWS Secrets Manager does not answer. Check the network and AWS_ENDPOINT_URL, or try again later.`,
  ]);
  expect(errorCatalogue[code].retryable).toBe(true);
});
