import { parseServer, parseToken } from './parse.ts';
import type { SettingTable } from './setting.ts';

/** The settings of `elute load` against a server; its help lists them. */
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
  token: {
    fileFlag: '--token-file <path>',
    variable: 'ELUTE_TOKEN',
    fileKey: 'token',
    help: 'token for the server',
    rule: 'must hold the text of a token, as "elute token create" prints it',
    parse: parseToken,
    isSecret: true,
  },
} as const satisfies SettingTable;
