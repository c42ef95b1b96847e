import { fileURLToPath } from 'node:url';

/** The same from `bench` and from `dist-bench`, which lie side by side. */
const root = new URL('..', import.meta.url);

export const eluteProgram = fileURLToPath(new URL('dist/main.js', root));
export const samplesFolder = fileURLToPath(new URL('samples', root));
export const resultsFile = fileURLToPath(new URL('bench/results.json', root));
export const renderedFile = fileURLToPath(new URL('bench/results.md', root));
export const pythonFolder = fileURLToPath(new URL('bench/.venv', root));
export const requirementsFile = fileURLToPath(new URL('bench/rivals/requirements.txt', root));
export const duckdbRunner = fileURLToPath(new URL('dist-bench/rivals/run-duckdb.js', root));

/** A program or statement of a rival. */
export function scriptFile(name: string): string {
  return fileURLToPath(new URL(`bench/rivals/scripts/${name}`, root));
}
