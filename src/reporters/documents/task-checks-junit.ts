import { htmlText } from '../text/escape.js';
import { safeLine } from '../text/sanitize.js';
import type { TaskChecksResult } from './task-checks-report.js';

const escaped = (text: string) => htmlText(safeLine(text, 1_000));

/** The extra test case of a task whose checks did not all run. */
const INCOMPLETE: Partial<
  Record<TaskChecksResult['verdict'], Pick<TaskChecksResult['checks'][number], 'title' | 'status'>>
> = {
  skipped: { title: 'toolchain', status: 'skipped' },
  refused: { title: 'a task that runs here', status: 'failed' },
  unfinished: { title: 'all checks ran', status: 'failed' },
};

/**
 * JUnit XML with a suite per task and a case per check. A task whose toolchain is missing is one skipped case, a refused
 * task one failed case. A task whose checks this machine could not finish has an additional failed case.
 */
export function taskChecksJunit(results: readonly TaskChecksResult[]): string {
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

function suite({ task_id, verdict, missing, checks }: TaskChecksResult) {
  const incomplete = INCOMPLETE[verdict];
  const cases = incomplete ? [...checks, { ...incomplete, why: missing, elapsed_ms: 0 }] : checks;
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
