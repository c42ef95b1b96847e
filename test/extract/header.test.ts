import { expect, test } from 'vitest';
import { EluteError } from '../../src/errors.ts';
import { recogniseHeader } from '../../src/extract/header.ts';

test.each([
  [['user_id', 'name', 'email', 'signup_date'], 'users'],
  [['Signup Date', ' EMAIL\t', '"name"', '\uFEFFUser-ID'], 'users'],
  [['compound_structure', 'compound_id', 'compound name', 'vendor'], 'compounds'],
  [
    ['experiment_id', '\tuser_id', '\texperiment_compound_ids', '\texperiment_run_time'],
    'experiments',
  ],
])('%j is of %s', (header, dataset) => {
  expect(recogniseHeader('file.csv', header).dataset).toBe(dataset);
});

test('says where the columns stand and which it leaves out', () => {
  expect(
    recogniseHeader('c.csv', ['Vendor ', 'compound_name', 'compound_id', 'compound_structure']),
  ).toEqual({
    dataset: 'compounds',
    positions: { compound_id: 2, compound_name: 1, compound_structure: 3 },
    ignoredColumns: ['Vendor'],
  });
});

test.each([
  [
    ['user_id', 'full_name', 'email'],
    'unknown_header',
    'f.csv:1: the header "user_id, full_name, email" fits no dataset. The nearest is users; it lacks name, signup_date. Add or rename these columns.',
  ],
  [
    [
      'user_id',
      'name',
      'email',
      'signup_date',
      'compound_id',
      'compound_name',
      'compound_structure',
    ],
    'ambiguous_header',
    'f.csv:1: the header fits users and compounds alike. Say which it is with --as users or --as compounds.',
  ],
  [
    ['compound_id', 'compound_name', 'Compound Name', 'compound_structure'],
    'duplicate_column',
    'f.csv:1: the header names compound_name twice. Remove or rename one of the columns.',
  ],
])('%j is refused as %s', (header, code, message) => {
  const read = () => recogniseHeader('f.csv:1', header);
  expect(read).toThrow(EluteError);
  expect(read).toThrow(expect.objectContaining({ code, message }));
});

test('what it holds can be said where it fits two datasets', () => {
  const both = [
    ...['user_id', 'name', 'email', 'signup_date'],
    ...['compound_id', 'compound_name', 'compound_structure'],
  ];
  expect(recogniseHeader('f.csv:1', both, 'compounds').dataset).toBe('compounds');
  expect(() => recogniseHeader('f.csv:1', both, 'experiments')).toThrow(
    'fits not the dataset experiments; it lacks experiment_id, experiment_compound_ids, experiment_run_time.',
  );
});
