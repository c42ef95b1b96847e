import { fileURLToPath } from 'node:url';
import type { Reading } from './contests.ts';

/** The same from `bench` and from `dist-bench`. */
const root = new URL('../../', import.meta.url);
export const serviceFile = fileURLToPath(new URL('bench/service.json', root));
export const servicePage = fileURLToPath(new URL('bench/service.md', root));

export interface Figures {
  readonly measuredOn: string;
  readonly node: string;
  readonly postgres: string;
  readonly sizes: {
    readonly experiments: number;
    readonly beside: number;
    readonly seconds: number;
  };
  readonly atRest: Readonly<Record<'elute' | 'bare', Reading>>;
  readonly besideLoad: Readonly<Record<'elute' | 'bare', Reading>>;
  /** All processes of the server while it loaded and answered. */
  readonly loadMegabytes: number;
  readonly uploads: {
    readonly sizeBytes: number;
    readonly eluteSeconds: number;
    readonly bareSeconds: number;
    readonly megabytes: number;
  };
  readonly atOnce: { readonly sent: number; readonly accepted: number };
}

/** The figures as a page. */
export function renderFigures(figures: Figures): string {
  const { atRest, besideLoad, uploads, atOnce, sizes } = figures;
  const count = (value: number) => Math.round(value).toLocaleString('en-US');
  const reading = (name: string, who: 'elute' | 'bare', one: Figures['atRest']) =>
    `| ${name} | ${count(one[who].requestsPerSecond)} | ${one[who].p99Ms} | ${(one[who].requestsPerSecond / one.elute.requestsPerSecond).toFixed(2)} |`;
  return `# The service, measured

By \`npm run bench:service\` on ${figures.measuredOn}: Node ${figures.node}, PostgreSQL ${figures.postgres}, client and servers on one machine of two cores.

## Features of one scientist, 32 connections, ${count(sizes.experiments)} experiments stored

|  | requests a second | p99, ms | ratio |
| --- | --- | --- | --- |
${reading('`elute serve`, at rest', 'elute', atRest)}
${reading('a query behind a bare HTTP server, at rest', 'bare', atRest)}
${reading(`\`elute serve\`, while it loads ${count(sizes.beside)} experiments`, 'elute', besideLoad)}
${reading('the bare server, meanwhile', 'bare', besideLoad)}

The bare server asks for no token and checks nothing. Peak memory of the server while it loaded and answered: ${count(figures.loadMegabytes)} MB.

## An upload of ${count(uploads.sizeBytes / 1e6)} MB, until it is safe

|  | seconds | ratio |
| --- | --- | --- |
| \`elute serve\` (multipart) | ${uploads.eluteSeconds.toFixed(2)} | 1 |
| the body straight to a file | ${uploads.bareSeconds.toFixed(2)} | ${(uploads.bareSeconds / uploads.eluteSeconds).toFixed(2)} |

Medians of three, turn by turn. Peak memory of the server meanwhile, which looked at the uploaded files too: ${count(uploads.megabytes)} MB.

${atOnce.sent} uploads at once: ${atOnce.accepted} were accepted.
`;
}
