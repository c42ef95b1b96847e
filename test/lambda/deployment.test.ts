import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bundle, useLambda } from './function.ts';
import { accepted, useStandIn } from './stand-in.ts';

const service = useStandIn();
const { run } = useLambda(() => ({ ELUTE_SERVER: service.url(), ELUTE_TOKEN: 'token' }), []);

function readDeployed(name: string): string {
  return readFileSync(new URL(`../../deploy/lambda/${name}`, import.meta.url), 'utf8');
}

function listVariables(text: string, form: RegExp): string[] {
  return [...new Set(text.match(form))].map((name) => name.replaceAll(/\W/g, '')).toSorted();
}

test('the template sets, and the README tells, every variable that the function reads', () => {
  const read = listVariables(readFileSync(bundle, 'utf8'), /"ELUTE_\w+"/g);
  expect(read).toContain('ELUTE_LOAD_FOLDER');
  const shown = listVariables(readDeployed('README.md'), /^\| `ELUTE_\w+`/gm);
  const set = listVariables(readDeployed('template.yaml'), /^ +ELUTE_\w+:/gm);
  const byItself = read.filter((name) => !name.endsWith('_FILE'));
  expect([shown, set]).toEqual([byItself, byItself]);
});

test('the event that the README sends by hand gives the answer that it shows', async () => {
  service.answers.push(accepted);
  const readme = readDeployed('README.md');
  const [, event = ''] = /<<'END'\n(.*?)\nEND/s.exec(readme) ?? [];
  const [, answer = ''] = /answer\.json +# (\{.*\})/.exec(readme) ?? [];
  expect(await run(JSON.parse(event))).toEqual(JSON.parse(answer));
});
