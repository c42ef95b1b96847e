import { countKnownColumns, type RecognisedHeader, recogniseHeader } from './header.ts';
import type { Delimiter } from './text/quoting.ts';
import { type Survey, surveyFile } from './text/survey.ts';

/** A file as handed over, with the dataset it holds. Its rows have been counted, not yet read. */
export interface InputFile extends Survey, RecognisedHeader {
  readonly path: string;
}

/** Looks at every byte of a file once. Throws what makes the whole file unusable; see `surveyFile`. */
export async function inspectFile(
  path: string,
  options: { signal: AbortSignal; onBytes?: (bytes: number) => void },
): Promise<InputFile> {
  const survey = await surveyFile(path, { ...options, chooseDelimiter });
  return { path, ...survey, ...recogniseHeader(path, survey.header) };
}

/** The delimiter under which most columns are known; the comma among equals. */
function chooseDelimiter(headers: ReadonlyMap<Delimiter, string[]>): Delimiter {
  const known = [...headers].map(([delimiter, header]) => ({
    delimiter,
    count: countKnownColumns(header),
  }));
  return known.reduce((best, next) => (next.count > best.count ? next : best)).delimiter;
}
