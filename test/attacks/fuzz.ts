import fc from 'fast-check';

/* Arbitraries of hostile input: good input, spoiled in a few spots. */

/** One of the texts, spoiled in one to four spots. */
export function spoiledText(texts: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(textEdit, { minLength: 1, maxLength: 4 }))
    .map(([text, edits]) => edits.reduce((spoiled, edit) => edit(spoiled), text));
}

/** The bytes of a spoiled text; some of them are not UTF-8. */
export function spoiledBytes(text: string): fc.Arbitrary<Buffer> {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 });
  return fc.tuple(spoiledText([text]), changes).map(([spoiled, byteChanges]) => {
    const bytes = Buffer.from(spoiled);
    if (bytes.length > 0) for (const [position, byte] of byteChanges) bytes[position % bytes.length] = byte;
    return bytes;
  });
}

/** One of the JSON values, spoiled in one to three spots: other types, huge and odd values, missing or new keys. */
export function spoiledJson(values: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...values), fc.array(jsonEdit, { minLength: 1, maxLength: 3 }))
    .map(([value, edits]) => edits.reduce((spoiled, { path, edit }) => editJson(spoiled, path, edit), value));
}

/** Sizes of chunks, for `cut`: from byte by byte to all at once. */
export const chunkSizes: fc.Arbitrary<number[]> = fc.array(
  fc.oneof(...[1, 3, 40, 4_000].map((max) => fc.integer({ min: 1, max }))),
  { minLength: 1, maxLength: 40 },
);

/** Cuts bytes into chunks of these sizes, which are repeated to the end. */
export function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunks.at(-1)?.length ?? 0) {
    chunks.push(bytes.subarray(at, at + (sizes[chunks.length % sizes.length] ?? 1)));
  }
  return chunks;
}

const ODD_NUMBERS = ['-1', '0', '1e999', '-0', '9007199254740993', '0.1', '00', 'NaN', '1_000', '0x10'];
const ODD_TEXTS = [
  '',
  ' ',
  '..',
  '../../../etc/passwd',
  '/etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\u001b[2J\u001b]0;x\u0007',
  '\u202e',
  '\ud800',
  '\r\n',
  '\n\n',
  'data: ',
  'data: [DONE]\n\n',
  ':\n',
  '"',
  '\\',
  '{',
  ']',
  '[[',
  '= ',
  '#',
  '-',
  '--',
  '--key',
  '=',
  '(a+)+$',
  '*'.repeat(20),
  '{'.repeat(2_000),
  '['.repeat(2_000),
  'x'.repeat(10_000),
  'é😀'.repeat(50),
];

const ODD_VALUES = [
  ...ODD_TEXTS,
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e308,
  -0,
  2 ** 53,
  [],
  {},
  [[]],
  [null],
  { a: { b: [] } },
];

type TextEdit = (text: string) => string;

/** Edits between two positions of a text, which may be equal. */
const spanEdit = (edit: (text: string, from: number, to: number) => string): fc.Arbitrary<TextEdit> =>
  fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => (text) => {
    const [from, to] = [a % (text.length + 1), b % (text.length + 1)];
    return edit(text, Math.min(from, to), Math.max(from, to));
  });
const insertion = (inserted: fc.Arbitrary<string>, replaced: number): fc.Arbitrary<TextEdit> =>
  fc.tuple(fc.nat(), inserted).map(([position, odd]) => (text) => {
    const at = position % (text.length + 1);
    return text.slice(0, at) + odd + text.slice(at + replaced);
  });
/** Replaces one match of the pattern. */
const replacement = (pattern: RegExp, odd: fc.Arbitrary<string>): fc.Arbitrary<TextEdit> =>
  fc.tuple(fc.nat(), odd).map(([n, text]) => (whole) => {
    const matches = [...whole.matchAll(pattern)];
    const match = matches[n % matches.length];
    return match === undefined
      ? whole
      : whole.slice(0, match.index) + text + whole.slice(match.index + match[0].length);
  });

const oddText = fc.constantFrom(...ODD_TEXTS);
const textEdit: fc.Arbitrary<TextEdit> = fc.oneof(
  spanEdit((text, from, to) => text.slice(0, from) + text.slice(Math.min(to, from + 40))),
  spanEdit(
    (text, from, to) => text.slice(0, to) + text.slice(from, Math.min(to, from + 200)) + text.slice(to),
  ),
  spanEdit((text, from) => text.slice(0, from)),
  insertion(oddText, 0),
  insertion(
    fc.nat(0xffff).map((code) => String.fromCharCode(code)),
    1,
  ),
  replacement(/-?\d+(?:\.\d+)?/g, fc.constantFrom(...ODD_NUMBERS)),
  replacement(
    /"[^"\n]*"/g,
    oddText.map((text) => JSON.stringify(text)),
  ),
);

type JsonEdit = { kind: 'remove' } | { kind: 'duplicate'; key: string } | { kind: 'replace'; value: unknown };

const oddValue = fc.constantFrom<unknown[]>(...ODD_VALUES);
const replaced: fc.Arbitrary<JsonEdit> = oddValue.map((value) => ({ kind: 'replace', value }));
const duplicated: fc.Arbitrary<JsonEdit> = oddText.map((key) => ({ kind: 'duplicate', key }));
const removed: fc.Arbitrary<JsonEdit> = fc.constant({ kind: 'remove' });
const jsonEdit = fc.record({
  path: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
  edit: fc.oneof({ weight: 4, arbitrary: replaced }, duplicated, removed),
});

/**
 * A copy of the value with one edit. Each step of the path chooses a child; the edit is made where the path or the
 * value ends.
 */
function editJson(value: unknown, [n = 0, ...deeper]: readonly number[], edit: JsonEdit): unknown {
  const isLeaf = typeof value !== 'object' || value === null || Object.keys(value).length === 0;
  if (isLeaf) return edit.kind === 'replace' ? edit.value : null;
  if (Array.isArray(value)) {
    const copy: unknown[] = [...value];
    const at = n % copy.length;
    if (deeper.length > 0) copy[at] = editJson(copy[at], deeper, edit);
    else if (edit.kind === 'remove') copy.splice(at, 1);
    else if (edit.kind === 'duplicate') copy.push(...copy);
    else copy[at] = edit.value;
    return copy;
  }
  const copy: Record<string, unknown> = { ...value };
  const keys = [...Object.keys(copy), 'new'];
  const key = keys[n % keys.length] ?? 'new';
  if (deeper.length > 0) copy[key] = editJson(copy[key], deeper, edit);
  else if (edit.kind === 'remove') delete copy[key];
  // An assignment to `__proto__` would not make a key.
  else if (edit.kind === 'duplicate')
    Object.defineProperty(copy, edit.key, { value: copy[key], enumerable: true });
  else copy[key] = edit.value;
  return copy;
}
