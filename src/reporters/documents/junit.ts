import type { RunRecord, TestCase } from '../../model/record.js';
import type { NotStarted } from '../../model/sweep-record.js';
import { safeMarkup } from '../text/escape.js';
import { scoreRows } from './score-rows.js';
import { cellTitle, verdictText } from './verdict-text.js';

const MAX_TEXT = 4_000;
const attribute = (text: string) => safeMarkup(text, MAX_TEXT).replaceAll('\n', '&#10;');

/**
 * The results as JUnit XML, two suites per cell. The first is the verdict: a failed run is a failure, an unscored run an
 * error, since it says nothing about the model. The second has the task's tests by name. Tests that did not run and cells
 * that were not started are skipped.
 */
export function junit(cells: readonly RunRecord[], notStarted: readonly NotStarted[] = []): string {
  const suites = [
    ...cells.flatMap((record) => [
      verdictSuite(record),
      ...(record.tests.length > 0 ? [testsSuite(record)] : []),
    ]),
    ...notStarted.map(notStartedSuite),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="codingagentbench">',
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteName({ demo, tui, model, task_id }: RunRecord): string {
  return `${demo ? 'DEMO ' : ''}${cellTitle({ tui, model })} · ${task_id}`;
}

function verdictSuite(record: RunRecord): string {
  const { verdict, cause } = record;
  const { word, sentences } = verdictText(record);
  const message = attribute(sentences.join(' ') || word);
  const result = {
    passed: '',
    failed: `<failure message="${message}" type="${attribute(cause ?? 'failed')}"/>`,
    unscored: `<error message="${message}" type="${attribute(cause ?? 'unscored')}"/>`,
  }[verdict];
  const properties = [
    ['provisional', record.notice],
    ['demo', String(record.demo)],
    ['cell_id', record.cell_id],
    ['run_id', record.run_id],
    ['sandbox', record.sandbox ?? ''],
    ...scoreRows(record).map(({ label, value, phrase }) => [label, `${value} ${phrase}`.trim()]),
  ].map(([name = '', value = '']) => `<property name="${attribute(name)}" value="${attribute(value)}"/>`);
  return suite(record, {
    name: suiteName(record),
    failures: verdict === 'failed' ? 1 : 0,
    errors: verdict === 'unscored' ? 1 : 0,
    skipped: 0,
    properties,
    cases: [`<testcase classname="codingagentbench" name="verdict"${time(record)}>${result}</testcase>`],
  });
}

function notStartedSuite({ tui, model, task_id, why }: NotStarted): string {
  return suite(null, {
    name: `${cellTitle({ tui, model })} · ${task_id}`,
    failures: 0,
    errors: 0,
    skipped: 1,
    properties: [],
    cases: [
      `<testcase classname="codingagentbench" name="verdict"><skipped message="${attribute(why)}"/></testcase>`,
    ],
  });
}

function testsSuite(record: RunRecord): string {
  const { stdout_tail, stderr_tail } = record.scores.pass_rate;
  const count = (status: TestCase['status']) => record.tests.filter((test) => test.status === status).length;
  return suite(record, {
    name: `${suiteName(record)} · tests`,
    failures: count('failed'),
    errors: 0,
    skipped: count('not_run'),
    properties: [],
    cases: record.tests.map(({ name, kind, status }) => {
      const results = {
        passed: '',
        failed: '<failure message="failed"/>',
        not_run: '<skipped message="did not run"/>',
      };
      return `<testcase classname="${attribute(`${record.task_id} ${kind}`)}" name="${attribute(name)}">${results[status]}</testcase>`;
    }),
    output: [
      `<system-out>${safeMarkup(stdout_tail, 65_536)}</system-out>`,
      `<system-err>${safeMarkup(stderr_tail, 65_536)}</system-err>`,
    ],
  });
}

interface Suite {
  name: string;
  failures: number;
  errors: number;
  skipped: number;
  properties: string[];
  cases: string[];
  output?: string[];
}

function suite(
  record: RunRecord | null,
  { name, failures, errors, skipped, properties, cases, output = [] }: Suite,
): string {
  const startedAt = record?.started_at ?? null;
  const at = startedAt === null ? '' : ` timestamp="${attribute(startedAt)}"`;
  return [
    `<testsuite name="${attribute(name)}" tests="${cases.length}" failures="${failures}" errors="${errors}" skipped="${skipped}"${at}>`,
    ...(properties.length > 0 ? ['<properties>', ...properties, '</properties>'] : []),
    ...cases,
    ...output,
    '</testsuite>',
  ].join('\n');
}

const time = ({ duration_s }: RunRecord) => (duration_s === null ? '' : ` time="${duration_s}"`);
