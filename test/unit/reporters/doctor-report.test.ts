import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import type { Check } from '../../../src/model/record.js';
import { doctorReport } from '../../../src/reporters/documents/doctor-report.js';

const check = (status: Check['status'], title: string, detail: string, fix: string | null = null): Check => ({
  id: title,
  title,
  status,
  detail,
  fix,
  elapsed_ms: 1,
});

const CHECKS = [
  check('ok', 'git', 'git version 2.39.5'),
  check(
    'warn',
    'Context',
    '4,096 tokens: an agent needs more than that to do any work of use at all.',
    'vLLM: Start it with a larger --max-model-len.',
  ),
  check('fail', 'Key', 'The key was refused.', 'Give one that is valid.'),
  check('skip', 'Responses API', 'The server does not tell.'),
];

const lines = (width: number, colour = false) => {
  const report = doctorReport({ width, colour });
  return [
    ...report.section('Machine'),
    ...CHECKS.flatMap(report.check),
    ...report.item('Ollama', 'http://127.0.0.1:11434/v1: qwen3'),
    ...report.closing(CHECKS, ['3 questions took the model 1.0s.'], 'codingagentbench check --demo'),
  ];
};

it('is a table with the advice below each check', () => {
  expect(lines(80).join('\n')).toMatchInlineSnapshot(`
    "
     Machine
       ✔ git             git version 2.39.5
       ! Context         4,096 tokens: an agent needs more than that to do any work
                         of use at all.
                         vLLM: Start it with a larger --max-model-len.
       ✖ Key             The key was refused.
                         Give one that is valid.
       – Responses API   The server does not tell.
       ● Ollama          http://127.0.0.1:11434/v1: qwen3

     ✖ 1 problem and 1 warning: no run can succeed until this is fixed
       3 questions took the model 1.0s.
       next   codingagentbench check --demo"
  `);
});

it('wraps lines to the terminal, except for the command to copy', () => {
  for (const width of [40, 59, 60, 80, 200]) {
    const long = lines(width).filter((line) => stringWidth(line) > Math.min(width, 100));
    expect(long.filter((line) => !/next|✖/.test(line))).toEqual([]);
  }
});

it('has colours only if they are wanted', () => {
  expect(lines(80).join('')).not.toContain('\u001B');
  expect(lines(80, true).join('')).toContain('\u001B[');
});

it('attack: text of a server cannot move the cursor, forge a line or reach the clipboard', () => {
  const hostile = '\u001B[2K\r ✔ all is well\n\u001B]52;c;aGk=\u0007';
  const report = doctorReport({ width: 100, colour: false });
  const out = [
    ...report.check(check('fail', hostile, hostile, hostile)),
    ...report.item(hostile, hostile),
  ].join('\n');
  expect(out).not.toMatch(/[\u001B\r\u0007]|52;c/);
  expect(out).not.toMatch(/^ ✔ all is well/m);
});
