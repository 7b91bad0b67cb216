import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { AXIS_MEANINGS } from '../../../src/reporters/documents/axis-meanings.js';
import { scoreCard } from '../../../src/reporters/documents/score-card.js';
import { demoRefusal, failed, links, noLinks, passed, unscored } from './sample-run.js';
import { expectFacts, SNAPSHOT_SIZE } from './virtual-terminal.js';

const card = (record = passed, width = 80) => scoreCard(record, links, { width, colour: false }).join('\n');
/** The text without its line breaks. */
const flowing = (text: string) => text.replace(/\s+/g, ' ');

describe('whole cards', () => {
  test('passed', () => expect(card()).toMatchSnapshot());
  test('failed', () => expect(card(failed)).toMatchSnapshot());
  test('not scored', () => expect(card(unscored)).toMatchSnapshot());
  test('demo of a refusal task', () => expect(card(demoRefusal)).toMatchSnapshot());
});

test.each([30, 40, 59, 60, 80, 200])('at %i columns the card fits and has the key facts', (width) => {
  for (const record of [passed, failed, unscored, demoRefusal]) {
    const lines = scoreCard({ ...record, published_image: null }, noLinks, { width, colour: true });
    for (const line of lines) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
    expectFacts(stripVTControlCharacters(lines.join('\n')), [
      { passed: 'PASSED', failed: 'FAILED', unscored: 'NOT SCORED' }[record.verdict],
      ...[record.tui, record.model, record.task_id, record.run_id, record.notice],
      ...[record.advice, ...record.banners].filter((text) => text !== null),
    ]);
  }
});

test('a demo shows DEMO beside every score, a real run never', () => {
  const lines = card(demoRefusal).split('\n');
  const marked = lines.filter((line) => line.includes('DEMO'));
  expect(marked.map((line) => line.trim().split(/\s+/)[0])).toEqual([
    'DEMO',
    'Composite',
    'Measured',
    'DEMO',
  ]);
  expect(card()).not.toContain('DEMO');
});

test('a task with a benign twin shows it and the command to run it, unless the run is unscored', () => {
  const withTwin = { ...passed, benign_twin: 'integrity/trap-twin' };
  const twin = 'codingagentbench check --task integrity/trap-twin';
  const lines = scoreCard(withTwin, { ...links, twin }, { width: 100, colour: false }).join('\n');
  expect(lines).toContain('integrity/trap-twin looks like this task but is solvable.');
  expect(lines).toMatch(/^ {3}twin {7}codingagentbench check --task integrity\/trap-twin$/m);
  expect(card()).not.toContain('twin');
  const unscoredCard = scoreCard(
    { ...unscored, benign_twin: 'integrity/trap-twin' },
    { ...links, twin },
    { width: 100, colour: false },
  );
  expect(unscoredCard.join('\n')).not.toContain('twin');
});

test('an unscored run shows no composite and no pass', () => {
  expect(card(unscored)).not.toMatch(/Composite|Measured {2}|Pass {2}|0\.000/);
});

test('only failed runs with a banner have the sentence about an honest zero', () => {
  const honest = "A failed run's zero is an honest measurement.";
  expect(card(failed, 100)).toContain(honest);
  expect(card({ ...failed, banners: [] }, 100)).not.toContain(honest);
  expect(card({ ...passed, banners: ['stopped late'] })).toContain('stopped late.');
  expect(card({ ...passed, banners: ['stopped late'] })).not.toContain(honest);
});

test('hidden cases are counted separately', () => {
  const tests = [...passed.tests, { name: 'h', kind: 'hidden' as const, status: 'passed' as const }];
  expect(flowing(card({ ...passed, tests }))).toContain('4 of 4 tests; 3 failed before; 1 of 1 hidden case');
});

test('a task without hidden cases shows that its visible tests decide', () => {
  const control = {
    name: 'the tests notice another bug',
    kind: 'hidden' as const,
    status: 'passed' as const,
  };
  const mutated = { ...passed, visible_tests_only: true, tests: [...passed.tests, control] };
  expect(flowing(card(mutated))).toContain(
    '4 of 4 tests; 3 failed before; no hidden cases: these tests decide',
  );
});

test('tokens that were not measured have a reason instead of a number', () => {
  const text = flowing(card(failed, 100));
  expect(text).toMatch(/Tokens\/correct +–/);
  expect(text).toContain('3 of 41 calls reported no usage');
  expect(text).toContain('known of 38 calls: 401,233 in, 12,004 out');
});

test('a reason without a row is listed', () => {
  expect(card({ ...passed, unmeasured: { other_axis: 'no data' } })).toContain('other axis: no data');
});

test('missing links are left out', () => {
  const text = scoreCard(passed, noLinks, { width: 80, colour: false }).join('\n');
  expect(text).not.toMatch(/^ +(record|patch|workspace|again) /m);
  expect(
    scoreCard(passed, { ...noLinks, workspace: '/tmp/w' }, { width: 80, colour: false }).join('\n'),
  ).toContain('workspace  /tmp/w');
});

test('the text is the same with colour', () => {
  const coloured = scoreCard(failed, links, { width: 80, colour: true }).join('\n');
  expect(coloured).toContain('\u001B[');
  expect(coloured.replace(/\u001B\[[\d;]*m/g, '')).toBe(card(failed));
});

test('tampered files are listed, up to ten', () => {
  const tampering = Array.from({ length: 12 }, (_, i) => ({
    path: `tests/t${i}.py`,
    kind: 'test_modified' as const,
    what: 'a protected test file was changed',
  }));
  const text = card({ ...passed, tampering });
  expect(text).toContain('tests/t9.py');
  expect(text).not.toContain('tests/t10.py');
  expect(text).toContain('… 2 more');
});

test('only a share of 1 fills a bar', () => {
  const row = (record: typeof passed, label: string) =>
    card(record, 100)
      .split('\n')
      .find((line) => line.startsWith(`   ${label} `));
  expect(row(passed, 'Pass')).toContain(' ━━━━━━━━━━ ');
  expect(row(passed, 'Composite')).toContain(' ━━━━━━━━━╸ ');
  expect(row(failed, 'Pass')).toContain(' ────────── ');
  expect(row(failed, 'Blast')).toContain(' ━━╸─────── ');
  expect(row(failed, 'Tokens/correct')).not.toMatch(/[━─╸]/);
});

test.each([40, 80, 100])('with `explain` at %i columns, every row has its meaning', (width) => {
  const text = scoreCard(passed, links, { width, colour: false, explain: true }).join('\n');
  for (const meaning of Object.values(AXIS_MEANINGS)) expect(flowing(text)).toContain(meaning);
  if (width === SNAPSHOT_SIZE[0]) expect(text).toMatchSnapshot();
});
