import type { RunRecord, TestCase } from '../../../model/record.js';
import { plural } from '../format.js';
import { code, type Section, table, text } from './section.js';

const KINDS: Record<TestCase['kind'], string> = {
  fail_to_pass: 'failed before',
  pass_to_pass: 'passed before',
  hidden: 'hidden case',
};

/** Every visible test and hidden case by name, and the last output of the test command. */
export function testsSection({ tests, scores }: RunRecord): Section {
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const { stdout_tail, stderr_tail } = scores.pass_rate;
  const tails = { 'test command, stdout': stdout_tail, 'test command, stderr': stderr_tail };
  return {
    id: 'tests',
    title: `Tests (${passed} of ${tests.length})`,
    blocks: [
      table(
        [text('Status'), text('Kind'), text('Name')],
        tests.map(({ status, kind, name }) => [status.replace('_', ' '), KINDS[kind], name]),
        'No test ran.',
      ),
      ...Object.entries(tails)
        .filter(([, tail]) => tail.trim() !== '')
        .map(([title, tail]) =>
          code(`${title}, last ${plural(tail.trim().split('\n').length, 'line')}`, 'text', tail),
        ),
    ],
  };
}
