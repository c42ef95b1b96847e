import { expect } from 'vitest';
import { query } from '../support/database.ts';
import type { Server } from './server.ts';

/** Rows as a load stores them, some with nothing in a column. */
export async function fillRows({ databaseUrl }: Server): Promise<void> {
  await query(
    databaseUrl,
    `insert into elute.users (user_id, name, email, signup_date, file_id, line) values
       (1, 'Ada', 'ada@lab.example', '2024-01-31', 4, 2),
       (2, 'ada 50%', null, null, 4, 3),
       (3, null, 'x_y@lab.example', '2024-02-29', 4, 4),
       (4, 'O''Hara, "J"', 'o@lab.example', '2024-01-31', 4, 5);
     insert into elute.compounds values (1, 'Water', 'H2O', 5, 2), (2, null, null, 5, 3);
     insert into elute.experiments values
       (1, 1, '1;2', 1.5, 6, 2), (2, 1, '2', 9, 6, 3), (3, 2, '12;1', 0.25, 6, 4), (4, 4, '1', 1.5, 6, 5);
     insert into elute.user_features
       (user_id, total_exp_per_user, most_consumed_compounds, most_consumed_compound_names,
        most_consumed_compound_uses, distinct_compounds, total_exp_time_per_user, load_id)
     values (1, 2, '{2}', '{null}', 2, 2, 10.5, 1), (2, 1, '{1,12}', '{Water,"a;b, c"}', 1, 2, 0.25, 1),
       (3, 0, '{}', '{}', 0, 0, 0, 1), (4, 1, '{1}', '{Water}', 1, 1, 1.5, 1)`,
  );
}

export interface Page {
  readonly data: readonly Record<string, unknown>[];
  readonly next: string | null;
}

/** Reads a list that is there. */
export async function readPage(server: Server, path: string): Promise<Page> {
  const response = await server.ask(`/api/v1/${path}`);
  const body: Page = Object(await response.json());
  expect([path, response.status, body]).toEqual([path, 200, expect.anything()]);
  return body;
}
