import { readdirSync } from 'node:fs';
import type { Load, Progress } from '../../src/domain/load.ts';
import type { Server } from './server.ts';

/** What the API answers, as far as the tests read it: a load, its rejects or a problem. */
export interface Answer extends Load {
  readonly progress?: Progress;
  readonly rejects: readonly Readonly<Record<string, unknown>>[];
  readonly code: string;
  readonly detail: string;
}

/** The one place where an answer is trusted to be what the test asks of it. */
export async function readAnswer(response: Response): Promise<Answer> {
  return (await response.json()) as Answer;
}

/** The folders of uploads that a server keeps. */
export function listUploads({ service }: Pick<Server, 'service'>): string[] {
  const entries = readdirSync(service.uploads.folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Uploads files, by name and content. */
export function uploadFiles(
  { ask }: Pick<Server, 'ask'>,
  files: Readonly<Record<string, string>>,
  options: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const body = new FormData();
  body.set('options', JSON.stringify(options));
  for (const [name, content] of Object.entries(files))
    body.append('files', new Blob([content]), name);
  return ask('/api/v1/loads', { method: 'POST', body, headers });
}

export interface SentEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The events of a load from after one of them until its stream ends. */
export async function followLoad(
  { ask }: Pick<Server, 'ask'>,
  loadId: number,
  after = '0',
): Promise<SentEvent[]> {
  const response = await ask(`/api/v1/loads/${loadId}/events`, {
    headers: { 'last-event-id': after },
  });
  const blocks = (await response.text()).split('\n\n').filter((block) => block.startsWith('id:'));
  return blocks.map((block) => {
    const [id = '', event = '', data = ''] = block
      .split('\n')
      .map((line) => line.slice(line.indexOf(': ') + 2));
    return { id, event, data: JSON.parse(data) };
  });
}

/** The load once it has ended. */
export async function waitForEnd(server: Pick<Server, 'ask'>, loadId: number): Promise<Answer> {
  await followLoad(server, loadId);
  return readAnswer(await server.ask(`/api/v1/loads/${loadId}`));
}
