import { describe, expect, it } from 'vitest';
import { keyRedactor, redactKey } from '../../../src/endpoint/meter/key-redactor.js';
import { usageChunkFilter } from '../../../src/endpoint/meter/usage-chunk-filter.js';
import { delta, sse, usageChunk } from './scripted-upstream.js';

interface Filter {
  push(chunk: Buffer): Buffer;
  end(): Buffer;
}

function through(filter: Filter | null, text: string, size: number): string {
  if (filter === null) return text;
  const bytes = Buffer.from(text);
  const out: Buffer[] = [];
  // Copied each time: the memory of a chunk may be reused.
  for (let at = 0; at < bytes.length; at += size)
    out.push(Buffer.from(filter.push(bytes.subarray(at, at + size))));
  return Buffer.concat([...out, filter.end()]).toString();
}
const SIZES = [1, 2, 3, 5, 7, 16, 61, 4096];

describe('the key is redacted in a stream', () => {
  const key = 'sk-sk-sk-0123456789';
  it.each([
    ['no key', 'plain sk-sk- text é', 'plain sk-sk- text é'],
    ['one key', `a ${key} b`, 'a [key] b'],
    ['two adjacent keys', `${key}${key}`, '[key][key]'],
    ['a key after a part of it', `sk-sk-${key}`, 'sk-sk-[key]'],
    ['a part of the key at the end', 'x sk-sk-sk-01234', 'x sk-sk-sk-01234'],
  ])('%s', (_, text, expected) => {
    for (const size of SIZES) expect(through(keyRedactor(key), text, size)).toBe(expected);
  });
  it('holds back only a prefix of the key', () => {
    expect(keyRedactor(key)?.push(Buffer.from('data: {}\n\n')).toString()).toBe('data: {}\n\n');
  });
  it('in every spelling', () => {
    const odd = 'sk-a/b+c"d\\e-0123456789';
    const inJson = JSON.stringify(odd).slice(1, -1);
    const text = [
      odd,
      inJson,
      inJson.replaceAll('/', '\\/'),
      encodeURIComponent(odd),
      'sk-a/b+',
      'sk-a',
    ].join('|');
    for (const size of SIZES)
      expect(through(keyRedactor(odd), text, size)).toBe('[key]|[key]|[key]|[key]|sk-a/b+|sk-a');
  });
  it('does not redact short placeholder keys', () => {
    expect(keyRedactor('lm-studio')).toBeNull();
    expect(keyRedactor(null)).toBeNull();
  });
  it('in text, also in its JSON and URL spelling', () => {
    const odd = 'a"b/c+d';
    expect(redactKey(`${odd} ${JSON.stringify(odd)} ?k=${encodeURIComponent(odd)}`, odd)).toBe(
      '[key] "[key]" ?k=[key]',
    );
  });
});

describe('the usage chunk is removed from a stream', () => {
  const before = sse(delta({ content: 'é "usage" \n\n "choices":[]' }), {
    choices: [],
    prompt_filter_results: [],
  });
  const content = { ...delta({}, 'stop'), usage: { prompt_tokens: 1, completion_tokens: 1 } };
  it.each([
    ['as the only event', sse(usageChunk(1, 2)), ''],
    ['between other events', before + sse(usageChunk(1, 2), '[DONE]'), before + sse('[DONE]')],
    [
      'with CRLF',
      (before + sse(usageChunk(1, 2), '[DONE]')).replaceAll('\n', '\r\n'),
      (before + sse('[DONE]')).replaceAll('\n', '\r\n'),
    ],
    ['at the end without a blank line', before + sse(usageChunk(1, 2)).trimEnd(), before],
    ['with white space', `data: ${JSON.stringify(usageChunk(1, 2), null, 1).replaceAll('\n', ' ')}\n\n`, ''],
    ['over several lines', 'data: {"choices"\ndata: : [\ndata: ], "usage": {"prompt_tokens": 1}}\n\n', ''],
    ['not when it has content too', sse(content, '[DONE]'), sse(content, '[DONE]')],
    ['not when its usage is null', sse({ choices: [], usage: null }), sse({ choices: [], usage: null })],
    ['not from a document', '{"choices":[],"usage":{}}', '{"choices":[],"usage":{}}'],
  ])('%s', (_, text, expected) => {
    for (const size of SIZES) expect(through(usageChunkFilter(), text, size)).toBe(expected);
  });
  it('passes a huge event on before its end', () => {
    const filter = usageChunkFilter();
    const piece = Buffer.alloc(50_000, 'x');
    filter.push(Buffer.from('data: '));
    expect(filter.push(piece).length + filter.push(piece).length).toBe(100_006);
    expect(filter.push(Buffer.from('\n\n')).toString()).toBe('\n\n');
    expect(filter.push(Buffer.from(sse(usageChunk(1, 1)))).length).toBe(0);
  });
});
