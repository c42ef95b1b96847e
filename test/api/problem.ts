import { expect } from 'vitest';

/** Checks that an answer is a problem document that gives nothing away; its status and code. */
export async function readProblem(response: Response): Promise<{ status: number; code: string }> {
  const text = await response.text();
  expect(response.headers.get('content-type'), text).toMatch(/^application\/problem\+json(;|$)/);
  const problem = Object(JSON.parse(text));
  expect(problem).toMatchObject({
    type: `urn:elute:problem:${problem.code}`,
    title: expect.stringMatching(/./),
    status: response.status,
    detail: expect.stringMatching(/./),
    instance: new URL(response.url).pathname,
    code: expect.stringMatching(/^[a-z_]+$/),
    requestId: response.headers.get('x-request-id'),
    retryable: expect.any(Boolean),
  });
  // Neither a stack nor where the program lies, nor what the libraries below it call their faults.
  expect(text).not.toMatch(/\bat [\w.<>]+ \(|node_modules|\.[tj]s:\d|FST_ERR|\/src\/|\/dist\//);
  return { status: response.status, code: problem.code };
}
