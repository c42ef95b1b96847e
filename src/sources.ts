import picomatch from 'picomatch';
import { configFile, isTable } from './config-file.ts';
import { type FindReading, type Reading, readingOptions } from './domain/reading.ts';

/**
 * Reads what the configuration file says of sources, `[sources."instrument-a/*.csv"]`: of several that
 * match a path the last one counts, option by option. A pattern without a slash is one of file names.
 */
export function readSources(content: unknown, faults: string[]): FindReading {
  if (content === undefined) return () => ({});
  if (!isTable(content)) {
    faults.push(`sources in ${configFile} must be tables, such as [sources."runs/*.csv"].`);
    return () => ({});
  }
  const sources = Object.entries(content).map(([pattern, options]) => ({
    isMatch: picomatch(pattern, { basename: !pattern.includes('/'), dot: true }),
    reading: readReading(pattern, options, faults),
  }));
  return (path) =>
    Object.assign(
      {},
      ...sources
        .filter(({ isMatch }) => isMatch(path.replace(/^(\.\/)+/, '')))
        .map(({ reading }) => reading),
    );
}

function readReading(pattern: string, options: unknown, faults: string[]): Reading {
  const place = `sources."${pattern}" in ${configFile}`;
  if (!isTable(options)) {
    faults.push(`${place} must be a table.`);
    return {};
  }
  const known = Object.entries(readingOptions);
  const keys = known.map(([, { fileKey }]) => fileKey);
  for (const key of Object.keys(options).filter((name) => !keys.includes(name))) {
    faults.push(`${key} of ${place} is no option. Known are ${keys.join(', ')}.`);
  }
  const found = known.flatMap(([name, { fileKey, rule, parse }]) => {
    if (options[fileKey] === undefined) return [];
    const value = parse(String(options[fileKey]));
    if (value === undefined) faults.push(`${fileKey} of ${place} ${rule}.`);
    return [[name, value] as const];
  });
  return Object.fromEntries(found);
}
