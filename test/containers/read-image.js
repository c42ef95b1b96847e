import { readFileSync } from 'node:fs';

/** What an engine reads from an image, as arrays and variables of the shell. */
const [, , path = ''] = process.argv;
const { config } = JSON.parse(readFileSync(path, 'utf8')).Docker;
const [kind, ...health] = config.Healthcheck?.Test ?? [];
if (kind !== 'CMD' || config.Entrypoint === null || !/^\d+:\d+$/.test(config.User))
  throw new Error(
    `the image lacks a health check, an entrypoint or a user: ${JSON.stringify(config)}`,
  );

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const list = (texts) => `(${texts.map(quote).join(' ')})`;
process.stdout.write(
  [
    `user=${quote(config.User)}`,
    `directory=${quote(config.WorkingDir)}`,
    `environment=${list(config.Env)}`,
    `entrypoint=${list(config.Entrypoint)}`,
    `command=${list(config.Cmd)}`,
    `health=${list(health)}\n`,
  ].join('\n'),
);
