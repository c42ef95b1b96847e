import { type DestinationStream, type Logger, pino } from 'pino';

/** Structured lines, on stderr unless told otherwise; what could hold a secret is taken out. */
export function makeLogger(
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Logger {
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['req.headers.authorization', 'req.headers.cookie', 'err.cause'],
      serializers: { req: describeRequest },
    },
    destination,
  );
}

interface LoggedRequest {
  readonly method: string;
  readonly url: string;
  readonly host: string;
  readonly ip: string;
}

function describeRequest({ method, url, host, ip }: LoggedRequest): object {
  return { method, url: hideSecrets(url), host, remoteAddress: ip };
}

/** The code of a login, and a token that somebody put where it does not belong. */
function hideSecrets(url: string): string {
  const shown = /login/i.test(url) ? url.replace(/\?.*$/s, '?…') : url;
  return shown.replaceAll(/elute_\d+_[\w-]+/gi, 'elute_…');
}
