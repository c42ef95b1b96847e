import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Compose, ComposeService } from './compose-file.ts';
import { findCommandFaults, findVariableFaults } from './elute-words.ts';
import { root } from './root.ts';

/** Of the image, for Node. */
const foreignVariables = ['NODE_ENV', 'HOME'];

/** What a compose file names that is not there: settings, flags, paths, hosts, volumes. */
export async function findComposeFaults(compose: Compose): Promise<string[]> {
  const found = await Promise.all(
    compose.services.map(async (service) => [
      ...findNameFaults(service, compose),
      ...findPathFaults(service),
      ...(service.isElute ? await findEluteFaults(service) : []),
    ]),
  );
  return [...found.flat(), ...findUnsharedUploads(compose)];
}

function findNameFaults(service: ComposeService, { services, volumes }: Compose): string[] {
  const names = services.map(({ name }) => name);
  const hosts = Object.values(service.environment).flatMap(
    (value) => /(?:@|\/\/)([a-z]+):\d+/.exec(value)?.[1] ?? [],
  );
  return [
    ...[...service.dependsOn.keys(), ...hosts]
      .filter((name) => !names.includes(name))
      .map((name) => `${service.name} names ${name}, which is no service`),
    ...service.mounts
      .map(({ source }) => source)
      .filter((source) => !volumes.includes(source) && source !== '')
      .filter((source) => !source.startsWith('./') || !existsSync(join(root, source)))
      .map((source) => `${service.name} mounts ${source}, which is not there`),
  ];
}

/** A path that is no part of a mount is one of the image: nothing is there, and nothing can be written. */
function findPathFaults({ name, environment, command, mounts }: ComposeService): string[] {
  const places = [...mounts.map(({ target }) => target), '/dev'];
  return [...Object.values(environment), ...command]
    .flatMap((text) => text.match(/(?<![\w:/.])\/[\w./-]+/g) ?? [])
    .filter((path) => !places.some((place) => path === place || path.startsWith(`${place}/`)))
    .map((path) => `${name} names ${path}, where nothing is mounted`);
}

async function findEluteFaults(service: ComposeService): Promise<string[]> {
  const { name, environment, entrypoint, command } = service;
  const own = Object.entries(environment).filter(
    ([variable]) => !foreignVariables.includes(variable),
  );
  const faults = findVariableFaults(Object.fromEntries(own));
  if (entrypoint[0] === 'elute') faults.push(...(await findCommandFaults(command)));
  return faults.map((fault) => `${name}: ${fault}`);
}

/** Who takes files in and who loads them see the same folder. */
function findUnsharedUploads({ services }: Compose): string[] {
  return services
    .filter(({ command }) => ['serve', 'worker'].includes(command[0] ?? ''))
    .filter(({ mounts, environment }) => {
      const folder =
        environment['ELUTE_UPLOAD_DIRECTORY'] ?? `${environment['ELUTE_DIRECTORY']}/uploads`;
      return !mounts.some(({ source, target }) => target === folder && source === 'uploads');
    })
    .map(({ name }) => `${name} does not share its uploads`);
}
