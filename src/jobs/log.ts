import { type Logger, pino } from 'pino';

/** Structured lines on stderr; what could hold a secret is taken out. */
export function makeLogger(): Logger {
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['req.headers.authorization', 'req.headers.cookie', 'err.cause'],
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
