import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { countLoads, countRows, type Durations, measureLoads } from '../database/metrics.ts';
import { loadStates } from '../domain/load.ts';
import { countJobs } from '../jobs/queue.ts';
import type { Service } from '../jobs/service.ts';
import type { App } from './api.ts';

/** Seconds. */
const requestBuckets = [0.005, 0.02, 0.1, 0.5, 2, 10, 60];
const loadBuckets = [1, 5, 15, 60, 300, 1800, 7200];

/**
 * Counts the requests to this process; the text it gives adds what the database knows, so that all
 * processes say the same of loads, rows and jobs.
 */
export function makeMetrics(app: App, service: Service): () => Promise<string> {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  watchRequests(app, registers);
  const record = makeRecorders(registers);
  return async () => {
    const durations = await record(service);
    return (await registry.metrics()) + renderDurations(durations);
  };
}

function watchRequests(app: App, registers: Registry[]): void {
  const requests = new Histogram({
    name: 'elute_http_request_duration_seconds',
    help: 'Requests to this process and how long they took',
    labelNames: ['method', 'route', 'status'],
    buckets: requestBuckets,
    registers,
  });
  app.addHook('onResponse', async ({ method, routeOptions, is404 }, reply) => {
    // A label for each path that somebody makes up would be a way to fill the memory.
    const route = is404 ? 'none' : (routeOptions.url ?? 'none');
    requests.observe({ method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}

function makeRecorders(registers: Registry[]): (service: Service) => Promise<Durations> {
  const loads = new Gauge({
    name: 'elute_loads',
    help: 'Loads by state',
    labelNames: ['state'],
    registers,
  });
  const rows = new Counter({
    name: 'elute_rows_total',
    help: 'Rows of all loads by what became of them',
    labelNames: ['dataset', 'outcome'],
    registers,
  });
  const jobs = new Gauge({
    name: 'elute_jobs',
    help: 'Jobs of the queue: waiting, working, or failed for good',
    labelNames: ['task', 'state'],
    registers,
  });
  return async ({ database }) => {
    const [loadCounts, rowCounts, jobCounts, durations] = await Promise.all([
      countLoads(database),
      countRows(database),
      countJobs(database),
      measureLoads(database, loadBuckets),
    ]);
    for (const state of loadStates) loads.set({ state }, 0);
    for (const { state, loads: count } of loadCounts) loads.set({ state }, count);
    rows.reset();
    for (const { dataset, outcome, rows: count } of rowCounts)
      rows.inc({ dataset, outcome }, count);
    for (const { task, state, jobs: count } of jobCounts) jobs.set({ task, state }, count);
    return durations;
  };
}

/** A histogram that was counted elsewhere, in the text format; the library makes only its own. */
function renderDurations({ counts, loads, seconds }: Durations): string {
  const name = 'elute_load_duration_seconds';
  return [
    `\n# HELP ${name} How long published loads took`,
    `# TYPE ${name} histogram`,
    ...loadBuckets.map((limit, i) => `${name}_bucket{le="${limit}"} ${counts[i] ?? 0}`),
    `${name}_bucket{le="+Inf"} ${loads}`,
    `${name}_sum ${seconds}`,
    `${name}_count ${loads}\n`,
  ].join('\n');
}
