import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import type { StepRecord } from '../../../src/model/record.js';
import { isFolded, type StepLayout, stepLines } from '../../../src/reporters/live/step-lines.js';
import { palette } from '../../../src/reporters/text/palette.js';

const tool: StepRecord = {
  n: 1,
  t_ms: 0,
  kind: 'tool',
  text: null,
  action: 'shell',
  name: 'bash',
  target: 'cargo test',
  ok: true,
  exit_code: 0,
  diff: null,
  output: null,
  duration_ms: 1_800,
};
const show = (part: Partial<StepRecord>, layout: Partial<StepLayout> = {}) =>
  stepLines({ ...tool, ...part }, palette(false), { width: 80, ...layout }).join('\n');

test('a failed command shows the end of its output', () => {
  const output = Array.from({ length: 40 }, (_, i) => `line ${i}`).join('\n');
  expect(show({ ok: false, exit_code: 101, output })).toMatchInlineSnapshot(`
    "   shell   cargo test   exit 101 · 1.8s
               … 34 lines above
               line 34
               line 35
               line 36
               line 37
               line 38
               line 39"
  `);
});

test('a long edit is folded; common indentation and diff headers are not shown', () => {
  const changed = Array.from({ length: 20 }, (_, i) => `+    let x${i} = ${i};`).join('\n');
  expect(
    show({
      action: 'edit',
      target: 'src/lib.rs',
      exit_code: null,
      duration_ms: 5,
      diff: `@@ -1 +1,20 @@\n${changed}`,
    }),
  ).toMatchInlineSnapshot(`
      "   edit    src/lib.rs   +20 −0
                 + let x0 = 0;
                 + let x1 = 1;
                 + let x2 = 2;
                 + let x3 = 3;
                 + let x4 = 4;
                 + let x5 = 5;
                 + let x6 = 6;
                 + let x7 = 7;
                 … 12 more lines"
    `);
});

test('an unknown tool is shown by its own name', () => {
  expect(
    show({ action: 'other', name: 'todowrite', target: '3 todos', exit_code: null, duration_ms: 3 }),
  ).toBe('   todowr… 3 todos');
});

test('a failed tool without an exit code shows `failed`', () => {
  expect(
    show({
      action: 'read',
      target: 'gone.rs',
      ok: false,
      exit_code: null,
      duration_ms: 3,
      output: 'no such file',
    }),
  ).toBe('   read    gone.rs   failed\n           no such file');
});

test('long text is wrapped and cut', () => {
  const lines = show({ kind: 'message', text: 'word '.repeat(200) }).split('\n');
  expect(lines).toHaveLength(5);
  expect(lines.at(-1)?.trim()).toBe('…');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

test('with `fit`, the target is cut and the result stays visible', () => {
  const target = `for i in $(seq 1 300); do echo "${'字'.repeat(40)}"; done`;
  const [head = ''] = show({ target, exit_code: 2 }, { fit: true }).split('\n');
  expect(head).toMatch(/^ {3}shell {3}for i .*… {3}exit 2 · 1\.8s$/);
  expect(stringWidth(head)).toBeLessThanOrEqual(80);
  expect(show({ target, exit_code: 2 })).toContain(target);
});

test('an unfolded step shows all lines; `isFolded` is true only if the folded step hides lines', () => {
  const long: StepRecord = { ...tool, output: Array.from({ length: 40 }, (_, i) => `line ${i}`).join('\n') };
  expect(show(long, { unfolded: true }).split('\n')).toHaveLength(41);
  expect(isFolded(long, { width: 80 })).toBe(true);
  expect(isFolded({ ...tool, output: 'one line' }, { width: 80 })).toBe(false);
});
