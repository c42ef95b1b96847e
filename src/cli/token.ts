import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Scope, scopes, type Token } from '../domain/token.ts';
import { parseId, parseLifetime } from './arguments.ts';
import { renderExamples } from './help.ts';
import { renderJson, renderList } from './output.ts';
import type { Cli } from './program.ts';
import { showLocalTime } from './receipt.ts';
import { type Column, showControls } from './table.ts';

export function addTokenCommand(program: Command, cli: Cli): void {
  const token = program
    .command('token')
    .summary('tokens for the API')
    .description(
      'Makes, lists and takes back the tokens that let programs use the API. The database keeps a hash of each; its text is shown once.',
    )
    .helpCommand(false)
    .addHelpText(
      'after',
      renderExamples({
        'elute token create dashboard': 'one that may read, for 90 days',
        'elute token create robot --scope write --expires 1y': 'one that may load files',
        'elute token revoke 3': 'it holds no longer, from now on',
      }),
    );
  addCreateCommand(token, cli);
  addListCommand(token, cli);
  addRevokeCommand(token, cli);
}

interface CreateOptions {
  scope: Scope;
  expires: number;
  json?: boolean;
}

function addCreateCommand(token: Command, cli: Cli): void {
  token
    .command('create')
    .summary('make a token and print its text')
    .description('Makes a token and prints its text, which cannot be shown again.')
    .argument('<name>', 'what it is for, as "elute token list" shows it', parseName)
    .addOption(
      new Option('--scope <scope>', 'what it allows; each allows what stands before it too')
        .choices(scopes)
        .default('read'),
    )
    .addOption(
      new Option('--expires <time>', 'how long it holds, such as 12h, 90d, 8w or 1y')
        .default(parseLifetime('90d'), '90d')
        .argParser(parseLifetime),
    )
    .option('--json', 'print the token with its text as JSON')
    .action(async (name: string, { scope, expires, json }: CreateOptions) => {
      const { createToken } = await import('../operations/manage-tokens.ts');
      const made = await createToken(cli.makeContext(), {
        name,
        scopes: [scope],
        lifetimeSeconds: expires,
      });
      await cli.print(json ? renderJson({ ...made.token, text: made.text }) : `${made.text}\n`);
      if (!json) process.stderr.write(describe(made.token));
    });
}

function addListCommand(token: Command, cli: Cli): void {
  token
    .command('list')
    .summary('list the tokens')
    .description('Lists all tokens, newest first, also those that no longer hold.')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { readTokens } = await import('../operations/manage-tokens.ts');
      const tokens = await readTokens(cli.makeContext());
      await cli.print(
        json ? renderJson(tokens) : renderList(tokens, columns, 'There are no tokens.'),
      );
    });
}

function addRevokeCommand(token: Command, cli: Cli): void {
  token
    .command('revoke')
    .summary('take a token back')
    .description('Takes a token back: from now on it allows nothing. It stays in the list.')
    .argument('<token>', 'the token, by its number', parseId)
    .action(async (tokenId: number) => {
      const { takeTokenBack } = await import('../operations/manage-tokens.ts');
      await takeTokenBack(cli.makeContext(), tokenId);
      await cli.print(`Token ${tokenId} is revoked.\n`);
    });
}

const columns: readonly Column<Token>[] = [
  { title: 'token', value: ({ tokenId }) => tokenId },
  { title: 'name', value: ({ name }) => name },
  { title: 'scopes', value: (token) => token.scopes.join(', ') },
  { title: 'state', value: nameState },
  { title: 'created', value: ({ createdAt }) => showLocalTime(createdAt) },
  { title: 'expires', value: ({ expiresAt }) => showLocalTime(expiresAt) },
  { title: 'last used', value: ({ lastUsedAt }) => (lastUsedAt ? showLocalTime(lastUsedAt) : '-') },
];

function nameState({ revokedAt, expiresAt }: Token): string {
  if (revokedAt) return 'revoked';
  return expiresAt > new Date() ? 'holds' : 'expired';
}

function describe({ tokenId, name, scopes: [scope], expiresAt }: Token): string {
  return `Token ${tokenId} "${showControls(name)}" has the scope ${scope} until ${showLocalTime(expiresAt)}. Keep its text: it is not shown again.\n`;
}

function parseName(text: string): string {
  const name = text.trim();
  if (name !== '' && name.length <= 100) return name;
  throw new InvalidArgumentError('Give a name of up to 100 characters.');
}
