import { expect, test } from 'vitest';
import { listOperations, type Operation } from './operations.ts';
import { readProblem } from './problem.ts';
import { type Server, useServers } from './server.ts';

const startServer = useServers();

type Init = RequestInit & { token?: string | null };

interface Question {
  readonly operation: Operation;
  readonly path?: string;
  readonly init?: Init;
}

/** Asks all questions; those that are not answered with the problem expected. */
async function findWrongAnswers(
  { ask }: Server,
  questions: readonly Question[],
  expected: readonly string[],
): Promise<string[]> {
  const wrong: string[] = [];
  for (const { operation, path = operation.path, init } of questions) {
    const response = await ask(path, { method: operation.method, ...init });
    const { status, code } = await readProblem(response);
    const answer = `${status} ${code}`;
    const sent = String(init?.body ?? '').slice(0, 50);
    if (!expected.includes(answer)) wrong.push(`${operation.method} ${path} ${sent}: ${answer}`);
  }
  return wrong;
}

async function startWithOperations() {
  const server = await startServer();
  const operations = await listOperations(server);
  expect(operations.length).toBeGreaterThan(10);
  return {
    server,
    operations,
    guarded: operations.filter(({ scope }) => scope !== undefined),
    withJson: operations.filter(({ bodyTypes }) => bodyTypes.some((type) => /json/.test(type))),
  };
}

test('only health, readiness and the description are open', async () => {
  const { operations } = await startWithOperations();
  const open = operations.filter(({ scope }) => scope === undefined);
  expect(open.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
    'GET /api/v1/openapi.json',
    'GET /healthz',
    'GET /readyz',
  ]);
});

test('without a token: 401', async () => {
  const { server, guarded } = await startWithOperations();
  const questions = guarded.map((operation) => ({ operation, init: { token: null } }));
  expect(await findWrongAnswers(server, questions, ['401 token_required'])).toEqual([]);
});

test('with a wrong, revoked or expired token: 401', async () => {
  const { server, guarded } = await startWithOperations();
  const { service, makeToken } = server;
  const secret = 'a'.repeat(43);
  const wrong = guarded.map((operation, i) => ({
    operation,
    init: { token: `elute_${i + 1000}_${secret}` },
  }));
  const [revoked, expired] = [await makeToken('admin'), await makeToken('admin')];
  const numberOf = (token: string) => Number(token.split('_')[1]);
  await service.database.query(
    `update elute.tokens set revoked_at = case when token_id = $1 then now() end,
       expires_at = case when token_id = $2 then now() else expires_at end
     where token_id in ($1, $2)`,
    [numberOf(revoked), numberOf(expired)],
  );
  const [operation] = guarded;
  if (operation === undefined) throw new Error('no operation');
  const right = await makeToken('admin');
  const others = [
    revoked,
    expired,
    right.slice(0, -1),
    `${right}a`,
    right.toUpperCase(),
    secret,
  ].map((token) => ({ operation, init: { token } }));
  expect(await findWrongAnswers(server, [...wrong, ...others], ['401 token_invalid'])).toEqual([]);
});

test('with a token whose scope is too low: 403', async () => {
  const { server, guarded } = await startWithOperations();
  const lower = {
    read: await server.makeToken(),
    write: await server.makeToken('read'),
    admin: await server.makeToken('write'),
  };
  const questions = guarded.map((operation) => ({
    operation,
    init: { token: Object(lower)[operation.scope ?? ''] },
  }));
  expect(await findWrongAnswers(server, questions, ['403 scope_missing'])).toEqual([]);
});

test('by a method that a path does not have: 405 with those it has', async () => {
  const { server, operations } = await startWithOperations();
  for (const template of new Set(operations.map((operation) => operation.template))) {
    const those = operations.filter((operation) => operation.template === template);
    const known = those.map((operation) => operation.method);
    const method = ['PUT', 'PATCH', 'DELETE', 'POST'].find((name) => !known.includes(name));
    const response = await server.ask(those[0]?.path ?? '', { method: method ?? 'OPTIONS' });
    expect([template, await readProblem(response)]).toEqual([
      template,
      { status: 405, code: 'method_not_allowed' },
    ]);
    const allowed = response.headers.get('allow')?.split(', ') ?? [];
    expect(allowed.filter((name) => name !== 'HEAD').toSorted()).toEqual(known.toSorted());
  }
});

test('what is not there: 404', async () => {
  const { ask } = await startServer();
  const paths = ['/', '/api', '/api/v1', '/api/v2/loads', '/api/v1/loads/1/none', '/none/'];
  for (const path of paths) {
    const problem = await readProblem(await ask(path));
    expect([path, problem]).toEqual([path, { status: 404, code: 'not_found' }]);
  }
});

test('with a query parameter that nobody knows: 400', async () => {
  const { server, operations } = await startWithOperations();
  const questions = operations.map((operation) => ({
    operation,
    path: `${operation.path}?no_such_parameter=1`,
    init: operation.bodyTypes.includes('application/json') ? sendJson('{}') : {},
  }));
  expect(await findWrongAnswers(server, questions, ['400 invalid_request'])).toEqual([]);
});

test('with a text where a figure belongs: 400', async () => {
  const { server, operations } = await startWithOperations();
  const inQuery = operations.flatMap((operation) =>
    operation.figureQueries.map((name) => ({ operation, path: `${operation.path}?${name}=one` })),
  );
  const inPath = operations.flatMap((operation) =>
    operation.figurePath === undefined
      ? []
      : [{ operation, path: operation.figurePath, init: bodyFor(operation) }],
  );
  expect(inPath.length).toBeGreaterThan(3);
  expect(await findWrongAnswers(server, [...inQuery, ...inPath], ['400 invalid_request'])).toEqual(
    [],
  );
});

test('with what is no JSON: 400', async () => {
  const { server, withJson } = await startWithOperations();
  const bodies = ['{', '', '{"a":}', '[1,]', '\u0000', '{"__proto__":{"a":1}}'];
  const questions = sendEach(withJson, bodies);
  expect(await findWrongAnswers(server, questions, ['400 invalid_request'])).toEqual([]);
});

test('with a body of another kind: refused, never an internal error', async () => {
  const { server, withJson } = await startWithOperations();
  const questions = sendEach(withJson, ['[]', '"text"', '17', 'null', '{"no_such_field":1}']);
  const answers = ['400 invalid_request', '422 row_rejected', '428 precondition_required'];
  expect(await findWrongAnswers(server, questions, answers)).toEqual([]);
});

test('with no body where one belongs: refused, never an internal error', async () => {
  const { server, operations } = await startWithOperations();
  const questions = operations
    .filter(({ bodyTypes }) => bodyTypes.length > 0)
    .map((operation) => ({ operation }));
  expect(questions.length).toBeGreaterThan(3);
  const answers = ['400 invalid_request', '428 precondition_required'];
  expect(await findWrongAnswers(server, questions, answers)).toEqual([]);
});

test('with too large a body: 413', async () => {
  const { server, withJson } = await startWithOperations();
  const questions = sendEach(withJson, [JSON.stringify({ text: 'x'.repeat(1_000_000) })]);
  expect(await findWrongAnswers(server, questions, ['413 request_too_large'])).toEqual([]);
});

test('with a body of another type: 415', async () => {
  const { server, withJson } = await startWithOperations();
  const types = ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'nonsense'];
  const questions = types.flatMap((type) =>
    withJson.map((operation) => ({ operation, init: sendJson('{}', type) })),
  );
  expect(await findWrongAnswers(server, questions, ['415 media_type_unsupported'])).toEqual([]);
});

function sendEach(operations: readonly Operation[], bodies: readonly string[]): Question[] {
  return bodies.flatMap((body) =>
    operations.map((operation) => ({ operation, init: sendJson(body, jsonTypeOf(operation)) })),
  );
}

function sendJson(body: string, type = 'application/json'): Init {
  return { body, headers: { 'content-type': type } };
}

function jsonTypeOf({ bodyTypes }: Operation): string {
  return bodyTypes.find((type) => /json/.test(type)) ?? 'application/json';
}

function bodyFor(operation: Operation): Init {
  return operation.bodyTypes.length > 0 ? sendJson('{}', jsonTypeOf(operation)) : {};
}
