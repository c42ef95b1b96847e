import { expect, test } from 'vitest';
import { isReference, parseReference, type Reference } from '../../src/secrets/reference.ts';

const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:lab/db-AbCdEf';

test.each<[string, Reference | undefined]>([
  ['aws-secretsmanager:lab/db', { name: 'lab/db' }],
  ['aws-secretsmanager:lab/db#password', { name: 'lab/db', key: 'password' }],
  [`aws-secretsmanager:${arn}`, { name: arn }],
  [`aws-secretsmanager:${arn}#url`, { name: arn, key: 'url' }],
  ['aws-secretsmanager:rds!db-1#a key # of two', { name: 'rds!db-1', key: 'a key # of two' }],
  ['aws-secretsmanager:', undefined],
  ['aws-secretsmanager:#password', undefined],
  ['aws-secretsmanager:lab/db#', undefined],
  ['aws-secretsmanager:lab db', undefined],
])('%s', (text, reference) => {
  expect(isReference(text)).toBe(true);
  expect(parseReference(text)).toEqual(reference);
});

test.each(['', 'password', 'postgresql://lab@db/lab', 'xaws-secretsmanager:lab/db'])(
  '"%s" is no reference',
  (text) => {
    expect(isReference(text)).toBe(false);
    expect(parseReference(text)).toBeUndefined();
  },
);
