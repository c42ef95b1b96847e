import type { Engine } from '../compute/engine.ts';
import { listNames, quoteText } from '../compute/quote.ts';
import type { Client } from '../database/connection.ts';
import { type RowFault, rejectSentences, warningSentences } from '../domain/rejects.ts';
import { readStatement } from '../statements.ts';
import { sendRows } from './transfer.ts';

/** Stores the rejects, each with its cells, and the warnings. */
export async function publishFindings(engine: Engine, client: Client): Promise<void> {
  await fillSentences(engine);
  const place = ['file_id', 'line', 'column_name', 'value', 'code', 'message'];
  await sendRows(
    engine,
    readStatement('compute/rejects.sql'),
    client,
    `elute.rejects (${listNames([...place, 'record'])})`,
  );
  await sendRows(
    engine,
    readStatement('compute/warnings.sql'),
    client,
    `elute.warnings (${listNames(place)})`,
  );
}

/** What is wrong with the rejected rows, finding by finding. Call it when they have been published. */
export function listFaults(engine: Engine): Promise<RowFault[]> {
  return engine.rows<RowFault>(readStatement('compute/faults.sql'));
}

async function fillSentences(engine: Engine): Promise<void> {
  const rows = Object.entries({ ...rejectSentences, ...warningSentences }).map(
    ([code, sentence]) => `(${quoteText(code)}, ${quoteText(sentence)})`,
  );
  await engine.run(
    `create table sentences as select * from (values ${rows.join(', ')}) as t (code, sentence)`,
  );
}
