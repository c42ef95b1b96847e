/** One event of a stream: its name, its data as sent, and the id by which the stream resumes after it. */
export interface ServerEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data?: string;
}

/** Reads server-sent events as they come; comments, which only keep the connection alive, are left out. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  let event: Record<string, string> = {};
  for await (const line of readLines(body)) {
    if (line !== '') {
      addField(event, line);
      continue;
    }
    if (event['data'] !== undefined) yield event;
    event = {};
  }
}

/** A carriage return at the end of what has come may be the first half of a line end. */
async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function addField(event: Record<string, string>, line: string): void {
  const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
  if (name === 'data' && event['data'] !== undefined) event['data'] += `\n${value}`;
  else if (name !== '') event[name] = value;
}
