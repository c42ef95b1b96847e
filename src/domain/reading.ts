import { type DatasetName, datasetNames } from './datasets.ts';

/** How text is encoded; Latin-1 is read as Windows-1252, of which its characters are a part. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

/** What stands between whole and fraction in a number. */
export const decimals = ['point', 'comma'] as const;
type Decimal = (typeof decimals)[number];

/**
 * How a file is to be read where it can be read in more than one way. What is absent is found out where
 * that can be done without guessing, and asked for elsewhere.
 */
export interface Reading {
  /** A strptime format for dates such as 03/04/2023. */
  readonly dateFormat?: string;
  readonly decimal?: Decimal;
  readonly encoding?: Encoding;
  /** The dataset the file holds, where its header fits several. */
  readonly dataset?: DatasetName;
}

/** Gives the reading of a file by its path. */
export type FindReading = (path: string) => Reading;

interface ReadingOption<Value> {
  /** Its name in the configuration file. */
  readonly fileKey: string;
  readonly rule: string;
  readonly parse: (text: string) => Value | undefined;
}

/** Every option of a reading, once: the command line and the configuration file both follow it. */
export const readingOptions: {
  readonly [Name in keyof Reading]-?: ReadingOption<NonNullable<Reading[Name]>>;
} = {
  dateFormat: {
    fileKey: 'date_format',
    rule: 'must name day, month and year, such as %d/%m/%Y or %m/%d/%y',
    parse: parseDateFormat,
  },
  decimal: oneOf('decimal', decimals),
  encoding: oneOf('encoding', encodings),
  dataset: oneOf('as', datasetNames),
};

function oneOf<Value extends string>(
  fileKey: string,
  values: readonly Value[],
): ReadingOption<Value> {
  return {
    fileKey,
    rule: `must be one of ${values.join(', ')}`,
    parse: (text) => values.find((value) => value === text),
  };
}

/** A strptime format that names day, month and year once each. */
function parseDateFormat(text: string): string | undefined {
  const parts = [...text.matchAll(/%(.)/g)].map(([, letter = '']) => letter);
  const isComplete = ['d', 'mbB', 'yY'].every(
    (letters) => parts.filter((letter) => letters.includes(letter)).length === 1,
  );
  return isComplete && parts.length === 3 && /^[-%dmbByY/., ]+$/.test(text) ? text : undefined;
}
