import { createServer } from 'node:http';
import pg from 'pg';

/** The rival for reading: one prepared query behind an HTTP server, without tokens, checks or limits. */
const pool = new pg.Pool({ connectionString: process.env['BENCH_DATABASE'], max: 8 });

createServer(async (request, response) => {
  const id = Number(request.url?.split('/').at(-1));
  const { rows } = await pool.query({
    name: 'features',
    text: 'select * from elute.user_experiment_features where user_id = $1',
    values: [id],
  });
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(rows[0]));
}).listen(Number(process.env['BENCH_PORT']), '127.0.0.1');
