import { parsePath, parseServer } from './parse.ts';
import type { SettingTable } from './setting.ts';

/** The settings of `elute load` against a server; its help lists them. The token itself is no flag: every user of a machine can see those. */
export const clientSettings = {
  server: {
    flag: '--server <url>',
    variable: 'ELUTE_SERVER',
    fileKey: 'server',
    defaultText: 'none, load here',
    help: 'have an Elute server load the files; needs a token in ELUTE_TOKEN or a file',
    rule: 'must be an address such as https://lab.example, without user and password',
    parse: parseServer,
  },
  tokenFile: {
    flag: '--token-file <path>',
    variable: 'ELUTE_TOKEN_FILE',
    fileKey: 'token_file',
    help: 'file with the token for the server',
    rule: 'must be the path of a file',
    parse: parsePath,
  },
} as const satisfies SettingTable;
