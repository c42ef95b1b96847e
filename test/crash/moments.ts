import { lockClass } from '../../src/database/locks.ts';

/** A moment of a load at which it can be held up: by what, and what it is doing then. */
export interface Moment {
  readonly name: string;
  /** Run in a transaction that stays open. */
  readonly hold: readonly string[];
  /** How the statement begins that has to wait. */
  readonly waiting: string;
}

/** For files of `makeLab`: the ids here and below are in the middle of them. */
export const copying: Moment = {
  name: 'in the middle of copying rows',
  hold: [`insert into elute.experiments values (9999, 1, '1', 1, 0, 1)`],
  waiting: 'copy elute.experiments',
};

export const queueing: Moment = {
  name: 'waiting for its turn to publish',
  hold: [`select pg_advisory_xact_lock(${lockClass}, -2)`],
  waiting: 'select pg_advisory_xact_lock',
};

export const moments: readonly Moment[] = [
  queueing,
  copying,
  {
    name: 'in the middle of publishing features',
    hold: [
      `insert into elute.user_features
       values (150, 0, null, null, null, '{}', '{}', 0, 0, 0, null, 0)`,
    ],
    waiting: 'insert into elute.user_features',
  },
];

/** Holds up whoever changes a row. */
const locking = (table: string, id: string) => [
  `select from elute.${table} where ${id} for update`,
];
const replaced = 'experiment_id = (select max(experiment_id) from elute.experiments_history)';

/** Of an undo of a load that changed rows and brought new ones. */
export const undoMoments: readonly Moment[] = [
  queueing,
  {
    name: 'in the middle of restoring rows',
    hold: locking('experiments', replaced),
    waiting: 'delete from elute.experiments_history',
  },
  {
    name: 'in the middle of removing rows',
    hold: locking(
      'experiments',
      'experiment_id = (select max(experiment_id) from elute.experiments)',
    ),
    waiting: 'delete from elute.experiments t',
  },
  {
    name: 'in the middle of publishing features',
    hold: locking('user_features', 'user_id = 150'),
    waiting: 'insert into elute.user_features',
  },
];

/** Of a load of changed files, and of its plan. */
export const updateMoments: readonly Moment[] = [
  {
    name: 'in the middle of changing rows',
    hold: locking('experiments', 'experiment_id = 1500'),
    waiting: 'update elute.experiments',
  },
  {
    name: 'in the middle of publishing features',
    hold: locking('user_features', 'user_id = 150'),
    waiting: 'insert into elute.user_features',
  },
];

/**
 * A load or an undo that is about to commit waits for whoever holds the lock `(0, 1)`: a check put off to the
 * commit asks for it.
 */
export const commitGate = `
  do $$ begin
    execute format('alter database %I set client_connection_check_interval = 0', current_database());
  end $$;
  create function elute.wait_at_commit() returns trigger language plpgsql as
    $$ begin perform pg_advisory_xact_lock_shared(0, 1); return null; end $$;
  create constraint trigger wait_at_commit after update on elute.loads deferrable initially deferred
    for each row when (new.state in ('loaded', 'undone')) execute function elute.wait_at_commit()`;

export const committing: Moment = {
  name: 'committing',
  hold: ['select pg_advisory_xact_lock(0, 1)'],
  waiting: 'commit',
};
