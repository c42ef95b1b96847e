import { expect, test } from 'vitest';
import { readEvents, type ServerEvent } from '../../src/client/read-events.ts';

async function read(...chunks: (string | Uint8Array)[]): Promise<ServerEvent[]> {
  async function* body() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const events: ServerEvent[] = [];
  for await (const event of readEvents(body())) events.push(event);
  return events;
}

test.each<[string, string[], ServerEvent[]]>([
  [
    'fields',
    ['id: 7\nevent: state\ndata: {"a":1}\n\n'],
    [{ id: '7', event: 'state', data: '{"a":1}' }],
  ],
  ['no space after the colon, or two', ['data:a\n\ndata:  b\n\n'], [{ data: 'a' }, { data: ' b' }]],
  ['several lines of data', ['data: a\ndata: b\n\n'], [{ data: 'a\nb' }]],
  ['colons in a value', ['data: a: b:c\n\n'], [{ data: 'a: b:c' }]],
  ['comments and blocks without data', [': alive\n\nid: 4\n\ndata: a\n\n'], [{ data: 'a' }]],
  ['a field without a value', ['data\n\n'], [{ data: '' }]],
  ['carriage returns', ['data: a\r\rdata: b\r\n\r\n'], [{ data: 'a' }, { data: 'b' }]],
  ['a line end cut in two', ['data: a\r', '\nid: 1\r', '\n\r', '\n'], [{ data: 'a', id: '1' }]],
  [
    'events cut anywhere',
    ['da', 'ta: a', '\n', '\nda', 'ta: b\n\n'],
    [{ data: 'a' }, { data: 'b' }],
  ],
  ['an event that is not complete', ['data: a\n\ndata: b\n'], [{ data: 'a' }]],
])('%s', async (_, chunks, events) => {
  expect(await read(...chunks)).toEqual(events);
});

test('a character cut in two', async () => {
  const bytes = Buffer.from('data: größe\n\n');
  const cut = bytes.indexOf('ö') + 1;
  expect(await read(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual([{ data: 'größe' }]);
});
