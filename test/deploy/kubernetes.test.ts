import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { serviceSettings } from '../../src/settings/service.ts';
import { useServers } from '../api/server.ts';
import { readImage } from './dockerfile.ts';
import { findCommandFaults, findVariableFaults } from './elute-words.ts';
import { type Pod, readKustomization, readResources } from './manifests.ts';
import { root } from './root.ts';

const startServer = useServers();
const resources = readResources();
const pods = resources.flatMap(({ name, pod }) => (pod ? [{ name, pod }] : []));
const find = (kind: string, name: string) => {
  const found = resources.find((resource) => resource.kind === kind && resource.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
};

/** What a container is given: of the ConfigMap and of its own. */
function readVariables({ containers: [{ env = [], envFrom }] }: Pod): Record<string, string> {
  const shared = envFrom.map(({ configMapRef }) => find('ConfigMap', configMapRef.name).manifest);
  return {
    ...Object.assign({}, ...shared.map(({ data }) => data)),
    ...Object.fromEntries(env.map(({ name, value }) => [name, value])),
  };
}

test('the kustomization names every file but the example, and the image of all pods', () => {
  const kustomization = readKustomization();
  const expected = kustomization.files.filter((file) => file !== 'ingress.yaml');
  expect(kustomization.resources.toSorted()).toEqual(expected.toSorted());
  const images = new Set(pods.map(({ pod }) => pod.containers[0].image));
  expect([...images]).toEqual(kustomization.images);
});

describe.each(pods)('$name', ({ pod }) => {
  const [container] = pod.containers;
  const variables = readVariables(pod);

  test('runs a command there is, with settings there are', async () => {
    expect(await findCommandFaults(container.args)).toEqual([]);
    expect(findVariableFaults(variables)).toEqual([]);
  });

  test('writes where something is mounted, and nowhere else', () => {
    const declared = pod.volumes.map(({ name }) => name);
    expect(container.volumeMounts.map(({ name }) => name)).toEqual(declared);
    const mounts = container.volumeMounts.map(({ mountPath }) => mountPath);
    const { ELUTE_DIRECTORY = '' } = readImage().environment;
    for (const path of [ELUTE_DIRECTORY, variables['DATABASE_PASSWORD_FILE'] ?? ''])
      expect(mounts.some((mount) => path.startsWith(mount))).toBe(true);
    for (const { name, persistentVolumeClaim } of pod.volumes)
      if (persistentVolumeClaim) {
        find('PersistentVolumeClaim', persistentVolumeClaim.claimName);
        expect(mounts[declared.indexOf(name)]).toBe(`${ELUTE_DIRECTORY}/uploads`);
      }
  });

  test('may do no more than it must', () => {
    const [user, group] = readImage().user.split(':').map(Number);
    expect(pod.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: group,
      fsGroup: group,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('is asked what it answers', () => {
    const described = JSON.parse(readFileSync(join(root, 'docs', 'openapi.json'), 'utf8')).paths;
    const ports = new Map((container.ports ?? []).map((port) => [port.name, port.containerPort]));
    const { startupProbe, livenessProbe, readinessProbe } = container;
    for (const probe of [startupProbe, livenessProbe, readinessProbe]) {
      if (probe === undefined) continue;
      expect(Object.keys(described)).toContain(probe.httpGet.path);
      expect(`${ports.get(probe.httpGet.port)}`).toBe(serviceSettings.port.default);
    }
  });
});

test.each(['elute-server', 'elute-worker'])('%s gets longer than it needs to stop', (name) => {
  const { pod } = find('Deployment', name);
  const { ELUTE_DRAIN_SECONDS = serviceSettings.drainSeconds.default } = pod
    ? readVariables(pod)
    : {};
  // A server's requests get ten seconds, and five before.
  expect(pod?.terminationGracePeriodSeconds).toBeGreaterThan(Number(ELUTE_DRAIN_SECONDS) + 15);
});

test('what is selected is there', () => {
  const labels = ['elute-server', 'elute-worker'];
  expect(find('Service', 'elute').manifest).toMatchObject({
    spec: {
      selector: { 'app.kubernetes.io/name': 'elute-server' },
      ports: [{ name: 'http', targetPort: 'http' }],
    },
  });
  expect(JSON.stringify(find('Ingress', 'elute').manifest)).toContain(
    '"service":{"name":"elute","port":{"name":"http"}}',
  );
  for (const label of labels) {
    const selector = { matchLabels: { 'app.kubernetes.io/name': label } };
    expect(find('PodDisruptionBudget', label).manifest).toMatchObject({ spec: { selector } });
    expect(find('Deployment', label).manifest).toMatchObject({
      spec: { selector, template: { metadata: { labels: selector.matchLabels } } },
    });
  }
});

test('workers are scaled by a metric that the server tells', async () => {
  const { manifest } = find('HorizontalPodAutoscaler', 'elute-worker');
  expect(manifest).toMatchObject({
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: 'elute-worker' },
      metrics: [
        {
          type: 'External',
          external: {
            metric: {
              name: 'elute_jobs',
              selector: {
                matchLabels: { task: 'load' },
                matchExpressions: [
                  { key: 'state', operator: 'In', values: ['waiting', 'working'] },
                ],
              },
            },
          },
        },
      ],
    },
  });
  const { ask } = await startServer();
  const metrics = await (await ask('/metrics')).text();
  for (const state of ['waiting', 'working'])
    expect(metrics).toContain(`\nelute_jobs{task="load",state="${state}"} 0\n`);
});
