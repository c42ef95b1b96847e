import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';

/** What containers take from the image. */
export interface Image {
  readonly environment: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
  /** Folders that take files even where all else cannot be written. */
  readonly volumes: readonly string[];
  readonly user: string;
  readonly port: string;
}

/** Reads the last stage of the Dockerfile. */
export function readImage(): Image {
  const text = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll(/\\\n\s*/g, '');
  const stage = text.slice(text.lastIndexOf('\nFROM '));
  const last = (word: string) =>
    new RegExp(`^${word} (.*)$`, 'm').exec(stage)?.[1] ?? `no ${word} in the Dockerfile`;
  return {
    environment: readEnvironment(last('ENV')),
    entrypoint: JSON.parse(last('ENTRYPOINT')),
    command: JSON.parse(last('CMD')),
    healthcheck: JSON.parse(last('HEALTHCHECK').replace(/^.*? CMD /, '')),
    volumes: [last('VOLUME')],
    user: last('USER'),
    port: last('EXPOSE'),
  };
}

function readEnvironment(line: string): Record<string, string> {
  return Object.fromEntries(line.split(' ').map((pair) => pair.split('=', 2)));
}
