import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { ComposeService } from './compose-file.ts';
import { root } from './root.ts';

/** What the ports of containers are on this machine, by `service:port`. */
export type Ports = ReadonlyMap<string, number>;

/** A port of this machine for each that a service listens on. */
export async function choosePorts(services: readonly ComposeService[]): Promise<Ports> {
  const names = services.flatMap(({ name, published }) =>
    published ? [`${name}:${published.port}`] : [],
  );
  const chosen = await Promise.all(
    ['postgres:5432', ...names].map(
      async (name): Promise<[string, number]> => [name, await findFreePort()],
    ),
  );
  return new Map(chosen);
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(Object(server.address()).port));
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Makes the folder that stands for what is mounted into containers; volumes begin empty. */
export function makeMounts(folder: string, services: readonly ComposeService[]): void {
  for (const { mounts } of services) {
    for (const { source, target } of mounts) {
      const place = join(folder, target);
      if (source.startsWith('./')) linkOnce(join(root, source), place);
      else mkdirSync(place, { recursive: true, mode: 0o700 });
    }
  }
}

function linkOnce(source: string, place: string): void {
  mkdirSync(dirname(place), { recursive: true });
  try {
    symlinkSync(source, place);
  } catch (error) {
    if (Object(error).code !== 'EEXIST') throw error;
  }
}

/** A text of a container as this machine has it: paths below the folder, hosts and ports on the loopback. */
export function translate(
  text: string,
  { folder, ports, service }: { folder: string; ports: Ports; service: ComposeService },
): string {
  const targets = service.mounts.map(({ target }) => target).join('|');
  const located = text.replaceAll(
    new RegExp(`(?<![\\w:/.])(?:${targets})(?![\\w.-])`, 'g'),
    (path) => join(folder, path),
  );
  return [...ports].reduce((translated, [name, port]) => {
    const own = name.replace(`${service.name}:`, '127.0.0.1:');
    return translated.replaceAll(name, `127.0.0.1:${port}`).replaceAll(own, `127.0.0.1:${port}`);
  }, located);
}

/** A folder with the programs that the images have and this machine may not. */
export function makePrograms(folder: string): string {
  const programs = join(folder, 'programs');
  mkdirSync(programs, { recursive: true });
  const scripts = {
    elute: join(root, 'dist', 'main.js'),
    pg_isready: join(root, 'test', 'deploy', 'pg-isready.js'),
  };
  for (const [name, script] of Object.entries(scripts)) {
    const line = `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`;
    writeFileSync(join(programs, name), line, { mode: 0o755 });
  }
  symlinkSync(process.execPath, join(programs, 'node'));
  return programs;
}
