import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { renderGoals } from '../bench/goals.ts';
import { renderLargest } from '../bench/render.ts';
import { readEntries } from '../bench/results.ts';
import { builtInFeatures } from '../src/domain/features.ts';
import { readingOptions } from '../src/domain/reading.ts';
import { rejectSentences, warningSentences } from '../src/domain/rejects.ts';
import { errorCatalogue, exitCodes } from '../src/errors.ts';
import { clientSettings } from '../src/settings/client.ts';
import { commonSettings } from '../src/settings/common.ts';
import { serviceSettings } from '../src/settings/service.ts';
import { type SettingTable, showDefault } from '../src/settings/setting.ts';
import { watchSettings } from '../src/settings/watch.ts';
import { useDatabases } from './support/database.ts';
import { useFolders } from './support/lab.ts';

/** `npm run docs` writes the generated parts of the pages; the tests only compare. */
const isWriting = process.env['ELUTE_WRITE_DOCS'] !== undefined;
const root = resolve(import.meta.dirname, '..');
const readme = join(root, 'README.md');
const formatsPage = join(root, 'docs', 'FORMATS.md');
const rejectsPage = join(root, 'docs', 'REJECTS.md');
const servicePage = join(root, 'docs', 'SERVICE.md');
const sourcesPage = join(root, 'docs', 'SOURCES.md');
const secretsPage = join(root, 'docs', 'SECRETS.md');
const performancePage = join(root, 'docs', 'performance.md');
const guaranteesPage = join(root, 'docs', 'GUARANTEES.md');
const securityPage = join(root, 'SECURITY.md');
const main = join(root, 'dist', 'main.js');

const makeDatabase = useDatabases();
const makeFolder = useFolders();

test('README: the session is what the commands print', async () => {
  const folder = makeFolder();
  cpSync(join(root, 'samples'), join(folder, 'samples'), { recursive: true });
  const env = { ...process.env, DATABASE_URL: await makeDatabase(), NO_COLOR: '1' };
  const run = (...args: string[]) =>
    `$ npx elute ${args.join(' ')}\n${spawnSync(process.execPath, [main, ...args], { cwd: folder, env, encoding: 'utf8' }).stdout}`;
  const session = [run('load', 'samples'), run('features', '--limit', '5'), run('loads')].join(
    '\n',
  );
  checkSection('session', `\`\`\`\n${steady(session).trimEnd()}\n\`\`\``);
});

test('README: the help', () => {
  const help = execFileSync(process.execPath, [main, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '100' },
  });
  checkSection('help', `\`\`\`\n${help.trimEnd()}\n\`\`\``);
});

test('README: the features', () => {
  checkSection(
    'features',
    table(
      ['column', 'unit', 'meaning', 'without experiments'],
      builtInFeatures.map(({ name, unit, meaning, withoutExperiments }) => [
        `\`${name}\``,
        unit,
        meaning,
        withoutExperiments,
      ]),
    ),
  );
});

test('docs/REJECTS.md: the codes of rejects, warnings and errors', () => {
  const rows = (sentences: object) =>
    Object.entries(sentences).map(([code, sentence]) => [`\`${code}\``, String(sentence)]);
  checkSection('rejects', table(['code', 'sentence'], rows(rejectSentences)), rejectsPage);
  checkSection('warnings', table(['code', 'sentence'], rows(warningSentences)), rejectsPage);
  const errors = Object.entries(errorCatalogue).map(([code, { ending, retryable }]) => [
    `\`${code}\``,
    String(exitCodes[ending]),
    retryable ? 'yes' : 'no',
  ]);
  checkSection(
    'errors',
    table(['code', 'exit code', 'the same again may help'], errors),
    rejectsPage,
  );
});

test('docs/FORMATS.md: the options of a source', () => {
  const rows = Object.entries(readingOptions).map(([name, { fileKey, rule }]) => [
    `\`--${name === 'dataset' ? 'as' : fileKey.replace('_', '-')}\``,
    `\`${fileKey}\``,
    rule,
  ]);
  checkSection('reading', table(['option', 'key', 'its value'], rows), formatsPage);
});

test.each([guaranteesPage, securityPage])('every test that %s names is there', (page) => {
  const named = [...readFileSync(page, 'utf8').matchAll(/`(test\/[\w/.-]+)`(?: "([^"]+)")?/g)];
  expect(named.length).toBeGreaterThan(20);
  for (const [, path = '', title = ''] of named) {
    expect(readFileSync(join(root, path), 'utf8'), path).toContain(title);
  }
});

test('README: the settings', () => {
  checkSection('settings', listSettings(commonSettings, 'docs/SECRETS.md'));
});

test('docs/SERVICE.md: the settings', () => {
  checkSection('settings', listSettings(serviceSettings, 'SECRETS.md'), servicePage);
  checkSection('client', listSettings(clientSettings, 'SECRETS.md'), servicePage);
});

test('docs/SOURCES.md: the settings of a watch', () => {
  checkSection('settings', listSettings(watchSettings, 'SECRETS.md'), sourcesPage);
});

test('docs/SECRETS.md: the settings that are secrets', () => {
  const settings = { ...commonSettings, ...serviceSettings, ...clientSettings };
  const rows = Object.values(settings).flatMap((setting) =>
    'isSecret' in setting
      ? [[code(setting.variable), code(`${setting.variable}_FILE`), setting.help]]
      : [],
  );
  checkSection('secrets', table(['its text', 'its file', 'what it is'], rows), secretsPage);
});

function listSettings(settings: SettingTable, secretsLink: string): string {
  const rows = Object.values(settings).map((setting) => {
    const { flag, variable, fileKey, help } = setting;
    const last = showDefault(setting);
    if (!('isSecret' in setting))
      return [code(flag ?? ''), code(variable), code(fileKey), help, last];
    return [
      [flag, setting.fileFlag]
        .flatMap((name) => name ?? [])
        .map(code)
        .join(', '),
      `${code(variable)}, ${code(`${variable}_FILE`)}`,
      `${code(fileKey)}, ${code(`${fileKey}_file`)}`,
      `${help}; a [secret](${secretsLink})`,
      last,
    ];
  });
  return table(['flag', 'variable', 'key', 'meaning', 'default'], rows);
}

function code(text: string): string {
  return `\`${text}\``;
}

test('README: the measurements', () => {
  checkSection('bench', renderLargest(readEntries()));
});

test('docs/performance.md: the goals', () => {
  checkSection('goals', renderGoals(readEntries()), performancePage);
});

/** Durations and dates differ from run to run. */
function steady(text: string): string {
  return text
    .replaceAll(/in \d+\.\d s/g, 'in 0.4 s')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '2026-11-22 09:30:00');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function checkSection(name: string, content: string, page = readme): void {
  const text = readFileSync(page, 'utf8');
  const section = new RegExp(`(<!-- ${name} -->\\n)([\\s\\S]*?)(<!-- /${name} -->)`);
  if (isWriting)
    writeFileSync(
      page,
      text.replace(section, (_, start, __, end) => `${start}${content}\n${end}`),
    );
  else expect(section.exec(text)?.[2], 'stale; run "npm run docs"').toBe(`${content}\n`);
}
