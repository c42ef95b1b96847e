import { type CopyStreamQuery, type CopyToStreamQuery, from, to } from 'pg-copy-streams';
import type { Client } from './connection.ts';

/** Takes the rows of a COPY statement, as bytes. */
export function copyIn(client: Client, statement: string): CopyStreamQuery {
  return client.query(from(statement));
}

/**
 * Gives the rows of a COPY statement, as bytes. Whoever does not read to the end must end the client: the rest
 * stands between the connection and every further answer.
 */
export function copyOut(client: Client, statement: string): CopyToStreamQuery {
  return client.query(to(statement));
}
