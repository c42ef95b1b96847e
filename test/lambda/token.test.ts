import { describe, expect, test, vi } from 'vitest';
import { notify, users } from './events.ts';
import { useLambda } from './function.ts';
import { accepted, problem, useStandIn } from './stand-in.ts';

const tokens = ['elute_1_of-yesterday', 'elute_2_of-today'] as const;
const service = useStandIn();
const secretsManager = useStandIn();
const { run, logged } = useLambda(
  () => ({
    ELUTE_SERVER: service.url(),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url(),
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'key',
  }),
  tokens,
);

function keep(token: string) {
  return { status: 200, body: { SecretString: JSON.stringify({ token, user: 'lab' }) } };
}

function sentTokens(): string[] {
  return service.asked.map(({ headers }) => String(headers.authorization).replace('Bearer ', ''));
}

/** Each test a secret of its own: the function remembers them. */
describe('a token that is kept in Secrets Manager', () => {
  test('is fetched once, by its key', async () => {
    vi.stubEnv('ELUTE_TOKEN', 'aws-secretsmanager:lab/once#token');
    service.answers.push(accepted);
    secretsManager.answers.push(keep(tokens[0]));
    await run(notify(users));
    await run(notify(users));
    expect(sentTokens()).toEqual([tokens[0], tokens[0]]);
    expect(secretsManager.asked.map(({ body }) => body)).toEqual([{ SecretId: 'lab/once' }]);
  });

  test('is fetched again when the server no longer knows it', async () => {
    vi.stubEnv('ELUTE_TOKEN', 'aws-secretsmanager:lab/replaced#token');
    service.answers.push(accepted, problem(401, 'token_invalid'), accepted);
    secretsManager.answers.push(keep(tokens[0]), keep(tokens[1]));
    await run(notify(users));
    expect(await run(notify(users))).toMatchObject({ accepted: 1 });
    expect(sentTokens()).toEqual([tokens[0], tokens[0], tokens[1]]);
    expect(logged().map(({ msg }) => msg)).toEqual(['accepted', 'accepted']);
  });

  test('and is not sent twice when it is still the same', async () => {
    vi.stubEnv('ELUTE_TOKEN', 'aws-secretsmanager:lab/revoked#token');
    service.answers.push(problem(401, 'token_invalid'));
    secretsManager.answers.push(keep(tokens[0]));
    await expect(run(notify(users))).rejects.toThrow('What token_invalid means.');
    expect(sentTokens()).toEqual([tokens[0]]);
  });

  test.each([
    ['lab/denied#token', { status: 400, body: { __type: 'AccessDeniedException' } }],
    ['lab/without#password', keep(tokens[0])],
    ['lab/misshapen#token', keep(`${tokens[0]}\u0007`)],
  ])('that cannot be had lets the event come again: %s', async (reference, answer) => {
    vi.stubEnv('ELUTE_TOKEN', `aws-secretsmanager:${reference}`);
    secretsManager.answers.push(answer);
    await expect(run(notify(users))).rejects.toThrow(/lab\//);
    expect(service.asked).toEqual([]);
    expect(logged()).toMatchObject([{ level: 'warn', msg: 'not accepted, to be tried again' }]);
  });
});
