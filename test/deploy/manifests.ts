import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { parseAllDocuments } from 'yaml';
import { root } from './root.ts';

const folder = join(root, 'deploy', 'kubernetes');

/** What the tests look at; whether all else is right is for `npm run lint:deploy` to say. */
const Probe = Type.Object({ httpGet: Type.Object({ path: Type.String(), port: Type.String() }) });
const Named = Type.Object({ name: Type.String() });

const Container = Type.Object({
  image: Type.String(),
  args: Type.Array(Type.String()),
  env: Type.Optional(Type.Array(Type.Object({ name: Type.String(), value: Type.String() }))),
  envFrom: Type.Array(Type.Object({ configMapRef: Named })),
  ports: Type.Optional(
    Type.Array(Type.Object({ name: Type.String(), containerPort: Type.Integer() })),
  ),
  startupProbe: Type.Optional(Probe),
  livenessProbe: Type.Optional(Probe),
  readinessProbe: Type.Optional(Probe),
  resources: Type.Object({ limits: Type.Object({ memory: Type.String() }) }),
  securityContext: Type.Unknown(),
  volumeMounts: Type.Array(Type.Object({ name: Type.String(), mountPath: Type.String() })),
});

const Pod = Type.Object({
  securityContext: Type.Unknown(),
  automountServiceAccountToken: Type.Literal(false),
  terminationGracePeriodSeconds: Type.Optional(Type.Integer()),
  containers: Type.Tuple([Container]),
  volumes: Type.Array(
    Type.Object({
      name: Type.String(),
      persistentVolumeClaim: Type.Optional(Type.Object({ claimName: Type.String() })),
    }),
  ),
});

export type Pod = Static<typeof Pod>;

export interface Resource {
  readonly file: string;
  readonly kind: string;
  readonly name: string;
  /** The manifest as it is. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Of what starts pods. */
  readonly pod?: Pod;
}

/** Every resource of deploy/kubernetes. */
export function readResources(): Resource[] {
  return listFiles().flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) =>
      readResource(file, document.toJS()),
    ),
  );
}

/** The files of resources; those the kustomization names, and its images. */
export function readKustomization() {
  const text = readFileSync(join(folder, 'kustomization.yaml'), 'utf8');
  const [document] = parseAllDocuments(text);
  const { resources, images } = Value.Parse(
    Type.Object({ resources: Type.Array(Type.String()), images: Type.Array(Named) }),
    document?.toJS(),
  );
  return { files: listFiles(), resources, images: images.map(({ name }) => name) };
}

function listFiles(): string[] {
  return readdirSync(folder).filter((name) => name !== 'kustomization.yaml');
}

function readResource(file: string, manifest: Record<string, unknown>): Resource {
  const { kind, metadata } = Value.Parse(
    Type.Object({ kind: Type.String(), metadata: Named }),
    manifest,
  );
  const paths: Readonly<Record<string, string>> = {
    Deployment: '/spec/template/spec',
    Job: '/spec/template/spec',
    CronJob: '/spec/jobTemplate/spec/template/spec',
  };
  const path = paths[kind];
  const pod = path === undefined ? undefined : Value.Parse(Pod, Value.Pointer.Get(manifest, path));
  return { file, kind, name: metadata.name, manifest, ...(pod && { pod }) };
}
