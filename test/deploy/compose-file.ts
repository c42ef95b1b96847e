import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { type Image, readImage } from './dockerfile.ts';

/** Whatever is not listed here is a fault: nobody would notice a key that no engine knows. */
const strict = { additionalProperties: false };
const Texts = Type.Array(Type.String());
const Scalar = Type.Union([Type.String(), Type.Number()]);

const Service = Type.Object(
  {
    image: Type.String(),
    build: Type.Optional(Type.Literal('.')),
    pull_policy: Type.Optional(Type.Literal('never')),
    read_only: Type.Optional(Type.Boolean()),
    tmpfs: Type.Optional(Texts),
    cap_drop: Type.Optional(Texts),
    security_opt: Type.Optional(Texts),
    network_mode: Type.Optional(Type.Literal('none')),
    restart: Type.Optional(Type.Literal('unless-stopped')),
    stop_grace_period: Type.Optional(Type.String({ pattern: '^\\d+[sm]$' })),
    shm_size: Type.Optional(Type.String()),
    profiles: Type.Optional(Texts),
    entrypoint: Type.Optional(Texts),
    command: Type.Optional(Texts),
    environment: Type.Optional(Type.Record(Type.String(), Scalar)),
    ports: Type.Optional(Texts),
    volumes: Type.Optional(Texts),
    healthcheck: Type.Optional(
      Type.Object(
        {
          disable: Type.Optional(Type.Literal(true)),
          test: Type.Optional(Texts),
          interval: Type.Optional(Type.String()),
          timeout: Type.Optional(Type.String()),
          retries: Type.Optional(Type.Integer()),
        },
        strict,
      ),
    ),
    depends_on: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object(
          {
            condition: Type.Union([
              Type.Literal('service_healthy'),
              Type.Literal('service_completed_successfully'),
            ]),
          },
          strict,
        ),
      ),
    ),
  },
  strict,
);

const ComposeFile = Type.Object(
  {
    name: Type.Literal('elute'),
    'x-elute': Type.Unknown(),
    'x-environment': Type.Unknown(),
    services: Type.Record(Type.String(), Service),
    volumes: Type.Record(Type.String(), Type.Null()),
  },
  strict,
);

/** A service with what its image says besides. */
export interface ComposeService {
  readonly name: string;
  /** Whether it runs Elute's image. */
  readonly isElute: boolean;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  /** Undefined where it has none. */
  readonly healthcheck: readonly string[] | undefined;
  /** The port it listens on, and the address where it is published. */
  readonly published: { readonly address: string; readonly port: string } | undefined;
  readonly dependsOn: ReadonlyMap<string, string>;
  /** Of its image; replaced where the service has one of its own. */
  readonly entrypoint: readonly string[];
  /** Whether `up` starts it. */
  readonly isStarted: boolean;
  /** Whether it can neither change its image nor use what root may. */
  readonly isConfined: boolean;
}

export interface Mount {
  /** A volume's name, a folder beside the file, or empty: a volume without a name. */
  readonly source: string;
  readonly target: string;
}

export interface Compose {
  readonly services: readonly ComposeService[];
  readonly volumes: readonly string[];
}

/** Reads a compose file as it is without any variable. Throws what is wrong with its form. */
export function readCompose(text: string): Compose {
  const raw = interpolate(parse(text, { merge: true }));
  const [fault] = Value.Errors(ComposeFile, raw);
  if (fault)
    throw new Error(
      `compose.yaml: ${fault.instancePath} ${fault.message} ${JSON.stringify(fault.params)}`,
    );
  const { services, volumes } = Value.Parse(ComposeFile, raw);
  const image = readImage();
  return {
    services: Object.entries(services).map(([name, service]) => readService(name, service, image)),
    volumes: Object.keys(volumes),
  };
}

/** `${NAME:-default}` in texts; a variable without a default would have to be set by somebody. */
function interpolate(value: unknown): unknown {
  if (typeof value === 'string') return interpolateText(value);
  if (Array.isArray(value)) return value.map(interpolate);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, interpolate(one)]));
}

function interpolateText(text: string): string {
  const replaced = text.replaceAll(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');
  if (!replaced.includes('$')) return replaced;
  throw new Error(`compose.yaml: ${text} has a $ that is no variable with a default`);
}

function readService(name: string, service: Static<typeof Service>, image: Image): ComposeService {
  const isElute = service.pull_policy === 'never';
  const environment = Object.entries(service.environment ?? {}).map(([key, value]) => [
    key,
    `${value}`,
  ]);
  return {
    name,
    isElute,
    entrypoint: service.entrypoint ?? (isElute ? image.entrypoint : []),
    command: service.command ?? (isElute ? image.command : []),
    environment: { ...(isElute && image.environment), ...Object.fromEntries(environment) },
    mounts: [
      ...(isElute ? image.volumes : []).map((target) => ({ source: '', target })),
      ...(service.volumes ?? []).map(readMount),
    ],
    healthcheck: service.healthcheck
      ? service.healthcheck.test?.slice(1)
      : isElute
        ? image.healthcheck
        : undefined,
    isConfined: isElute && service.read_only === true && service.cap_drop?.[0] === 'ALL',
    published: readPort(service.ports?.[0]),
    dependsOn: new Map(
      Object.entries(service.depends_on ?? {}).map(([other, { condition }]) => [other, condition]),
    ),
    isStarted: service.profiles === undefined,
  };
}

function readMount(text: string): Mount {
  const [source = '', target = ''] = text.split(':');
  return { source, target };
}

function readPort(text: string | undefined): ComposeService['published'] {
  if (text === undefined) return undefined;
  const [host, published, port = ''] = text.split(':');
  return { address: `${host}:${published}`, port };
}
