import { writeSync } from 'node:fs';

/** Imported into a measured process: reports its peak resident set, in kilobytes, as it ends. */
process.once('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));
