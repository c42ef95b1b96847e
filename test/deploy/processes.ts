import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { vi } from 'vitest';
import type { Compose, ComposeService } from './compose-file.ts';
import { choosePorts, makeMounts, makePrograms, type Ports, translate } from './places.ts';
import { startPostgres } from './postgres-image.ts';

export interface Ending {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The services of a compose file as processes of this machine, in a folder. */
export interface Engine {
  readonly ports: Ports;
  /** Starts what is not only run by hand, each when what it depends on is as far as the file says. */
  up(): Promise<void>;
  /** Runs a service once, with a command of its own and variables besides. */
  run(
    name: string,
    command: readonly string[],
    variables?: Record<string, string>,
  ): Promise<Ending>;
  /** Stops all, the last started first; their exit codes by name. */
  down(): Promise<Record<string, number | null>>;
}

interface Machine {
  readonly folder: string;
  readonly ports: Ports;
  readonly programs: string;
  readonly services: ReadonlyMap<string, ComposeService>;
  readonly running: Map<string, ChildProcess>;
}

export async function makeEngine(folder: string, { services }: Compose): Promise<Engine> {
  makeMounts(folder, services);
  const machine = {
    folder,
    ports: await choosePorts(services),
    programs: makePrograms(folder),
    services: new Map(services.map((service) => [service.name, service])),
    running: new Map<string, ChildProcess>(),
  };
  return {
    ports: machine.ports,
    up: async () => {
      for (const service of services) if (service.isStarted) await startService(machine, service);
      for (const { isStarted, name, healthcheck } of services)
        if (isStarted && healthcheck) await untilHealthy(machine, name);
    },
    run: async (name, command, variables = {}) => {
      const service = find(machine, name);
      return collect(spawnWords(machine, service, [...service.entrypoint, ...command], variables));
    },
    down: () => stopAll(machine),
  };
}

function find({ services }: Machine, name: string): ComposeService {
  const service = services.get(name);
  if (service === undefined) throw new Error(`${name} is no service`);
  return service;
}

async function startService(machine: Machine, service: ComposeService): Promise<void> {
  for (const [name, condition] of service.dependsOn) {
    if (condition === 'service_healthy') await untilHealthy(machine, name);
    else await untilDone(machine, name);
  }
  const child = service.isElute
    ? spawnWords(machine, service, [...service.entrypoint, ...service.command])
    : await startPostgres(makeVariables(machine, service), {
        data: join(machine.folder, service.mounts[0]?.target ?? ''),
        port: machine.ports.get(`${service.name}:5432`) ?? 0,
      });
  child.stdout?.resume();
  child.stderr?.resume();
  machine.running.set(service.name, child);
}

async function untilHealthy(machine: Machine, name: string): Promise<void> {
  const service = find(machine, name);
  const check = async () => {
    const ending = await collect(spawnWords(machine, service, service.healthcheck ?? ['false']));
    if (ending.exitCode !== 0) throw new Error(`${name} is not healthy: ${JSON.stringify(ending)}`);
  };
  await vi.waitFor(check, { timeout: 60_000, interval: 100 });
}

async function untilDone({ running }: Machine, name: string): Promise<void> {
  const child = running.get(name);
  if (child?.exitCode === null) await once(child, 'exit');
  if (child?.exitCode !== 0) throw new Error(`${name} has not ended well`);
}

function spawnWords(
  machine: Machine,
  service: ComposeService,
  words: readonly string[],
  more: Record<string, string> = {},
) {
  const [program = '', ...args] = words.map((word) => translate(word, { ...machine, service }));
  return spawn(program, args, {
    env: makeVariables(machine, service, more),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Those of the container, and what makes it listen where this machine has room. */
function makeVariables(
  machine: Machine,
  service: ComposeService,
  more: Record<string, string> = {},
): Record<string, string> {
  const { name, published } = service;
  const variables = Object.entries({ ...service.environment, ...more });
  const postgresPort = machine.ports.get(`${name}:5432`);
  return {
    ...Object.fromEntries(
      variables.map(([key, value]) => [key, translate(value, { ...machine, service })]),
    ),
    ...(published && {
      ELUTE_HOST: '127.0.0.1',
      ELUTE_PORT: `${machine.ports.get(`${name}:${published.port}`)}`,
    }),
    ...(postgresPort !== undefined && { PGPORT: `${postgresPort}` }),
    PATH: `${machine.programs}:${process.env['PATH']}`,
  };
}

async function collect(child: ReturnType<typeof spawnWords>): Promise<Ending> {
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode: child.exitCode, stdout, stderr };
}

/** As an engine does: SIGTERM, or what the image of PostgreSQL wants instead. */
async function stopAll({ running, services }: Machine): Promise<Record<string, number | null>> {
  const endings: Record<string, number | null> = {};
  for (const [name, child] of [...running].reverse()) {
    running.delete(name);
    const isOver = child.exitCode !== null || child.signalCode !== null;
    const ended = isOver ? undefined : once(child, 'exit');
    child.kill(services.get(name)?.isElute ? 'SIGTERM' : 'SIGINT');
    await ended;
    endings[name] = child.exitCode;
  }
  return endings;
}
