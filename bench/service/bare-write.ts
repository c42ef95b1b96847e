import { createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** The rival for uploads: the body of a request, straight to a file that is flushed. */
createServer(async (request, response) => {
  await pipeline(
    request,
    createWriteStream(process.env['BENCH_FILE'] ?? 'upload', { flush: true }),
  );
  response.statusCode = 202;
  response.end('{}');
}).listen(Number(process.env['BENCH_PORT']), '127.0.0.1');
