import { EventEmitter } from 'node:events';
import { Logger, type Runner, run, runMigrations, type Task, type TaskList } from 'graphile-worker';
import type pg from 'pg';
import type { Client, Database } from '../database/connection.ts';
import { makePool } from '../database/pool.ts';
import type { Secret } from '../secrets/secret.ts';

/** The queue keeps its tables in a schema of its own. */
const schema = 'elute_queue';

export interface Job {
  readonly task: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Of two waiting jobs with the same key only one is done. */
  readonly key: string;
  readonly maxAttempts: number;
}

/** Told of what the queue itself has to say. */
export type QueueLog = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;

/** Creates the queue's tables, or brings them up to this program. */
export async function prepareQueue(address: Secret, log: QueueLog): Promise<void> {
  const pool = await openPool(address, 1);
  await runMigrations({ pgPool: pool, schema, logger: makeLogger(log) }).finally(() => pool.end());
}

/** Adds a job in the caller's transaction: it is there when the transaction has committed. */
export async function addJob(client: Client, { task, payload, key, maxAttempts }: Job) {
  await client.query(
    `select from ${schema}.add_job($1, $2::json, job_key := $3, max_attempts := $4)`,
    [task, payload, key, maxAttempts],
  );
}

export interface JobCount {
  readonly task: string;
  readonly state: 'waiting' | 'working' | 'failed';
  readonly jobs: number;
}

/** How many jobs there are of each task, whatever upload store they are for; none of a kind is a 0. */
export function countJobs(database: Database): Promise<JobCount[]> {
  return database.query<JobCount & Record<string, unknown>>(
    `select task, state, count(id) as jobs
     from unnest(array['load', 'undo', 'webhook']) as task
     cross join unnest(array['waiting', 'working', 'failed']) as state
     left join (
       select id, split_part(task_identifier, '@', 1) as task,
         case when locked_at is not null then 'working'
           when attempts >= max_attempts then 'failed' else 'waiting' end as state
       from ${schema}.jobs
     ) jobs using (task, state)
     group by task, state`,
  );
}

export interface QueueOptions {
  readonly address: Secret;
  readonly concurrency: number;
  readonly tasks: Readonly<Record<string, Task>>;
  readonly log: QueueLog;
}

/** Works on jobs until it is stopped: `stop` takes no more jobs and waits for those at work. */
export async function runQueue({
  address,
  concurrency,
  tasks,
  log,
}: QueueOptions): Promise<Runner> {
  const pool = await openPool(address, concurrency + 2);
  const taskList: TaskList = { ...tasks };
  const runner = await run({
    pgPool: pool,
    schema,
    taskList,
    concurrency,
    pollInterval: 1000,
    noHandleSignals: true,
    logger: makeLogger(log),
    events: new EventEmitter(),
  }).catch(async (error) => {
    await pool.end();
    throw error;
  });
  runner.promise.finally(() => pool.end()).catch(() => {});
  return runner;
}

/** The queue's own connections, which are also made by the latest login. */
async function openPool(address: Secret, size: number): Promise<pg.Pool> {
  const pool = await makePool(address, { max: size, keepAlive: true });
  pool.on('error', () => {}); // The queue connects again.
  return pool;
}

function makeLogger(log: QueueLog): Logger {
  const levels: Readonly<Record<string, 'debug' | 'info' | 'warn' | 'error'>> = {
    error: 'error',
    warning: 'warn',
    info: 'debug',
    debug: 'debug',
  };
  return new Logger(() => (level, message) => log(levels[level] ?? 'info', message));
}
