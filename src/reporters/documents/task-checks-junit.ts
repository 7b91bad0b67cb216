import { safeLine } from '../text/sanitize.js';
import type { LadderResult } from './task-checks-report.js';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => safeLine(text, 1_000).replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char);

/** The case of what kept a task from being tried to the end. */
const UNTRIED: Partial<
  Record<LadderResult['verdict'], Pick<LadderResult['rungs'][number], 'title' | 'status'>>
> = {
  skipped: { title: 'toolchain', status: 'skipped' },
  refused: { title: 'a task that runs here', status: 'failed' },
  unfinished: { title: 'tried to the end', status: 'failed' },
};

/**
 * JUnit XML: a suite a task, a case a rung; a task whose toolchain is missing is one skipped case, one that was refused
 * one failed case, and one that this machine failed to try to the end has a failed one more.
 */
export function ladderJunit(results: readonly LadderResult[]): string {
  const suites = results.map(suite);
  const sum = (key: 'tests' | 'failures' | 'skipped') =>
    suites.reduce((total, counts) => total + counts[key], 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="tasks validate" tests="${sum('tests')}" failures="${sum('failures')}" skipped="${sum('skipped')}">`,
    ...suites.flatMap(({ xml }) => xml),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite({ task_id, verdict, missing, rungs }: LadderResult) {
  const untried = UNTRIED[verdict];
  const cases = untried ? [...rungs, { ...untried, why: missing, elapsed_ms: 0 }] : rungs;
  const count = (status: string) => cases.filter((each) => each.status === status).length;
  const counts = { tests: cases.length, failures: count('failed'), skipped: count('skipped') };
  const name = escaped(task_id);
  const xml = [
    `  <testsuite name="${name}" tests="${counts.tests}" failures="${counts.failures}" skipped="${counts.skipped}">`,
    ...cases.map(({ title, status, why, elapsed_ms }) => {
      const head = `    <testcase classname="${name}" name="${escaped(title)}" time="${(elapsed_ms / 1000).toFixed(3)}"`;
      const message = `message="${escaped(why ?? '')}"`;
      if (status === 'held') return `${head}/>`;
      return `${head}><${status === 'failed' ? 'failure' : 'skipped'} ${message}/></testcase>`;
    }),
    '  </testsuite>',
  ];
  return { ...counts, xml };
}
