import { expect, test } from 'vitest';
import { citableRun } from '../../../src/reporters/documents/citable-command.js';
import { scoreCard } from '../../../src/reporters/documents/score-card.js';
import { links, passed, unscored } from './sample-run.js';

const DIGEST = 'sha256:e56bdb69fb83ea2f8c81c06257f190fd4b5e91077e83d5536f722ff1b9c70275';

test('uses the digest if it is known', () => {
  expect(citableRun(passed)).toMatchObject({
    pull: `docker pull codingagentbench/opencode:v1.15.10@${DIGEST}`,
    run: `docker run --rm \\
  -e CAB_ENDPOINT="$YOUR_ENDPOINT" \\
  -e CAB_KEY="$YOUR_KEY" \\
  codingagentbench/opencode:v1.15.10@${DIGEST} \\
  run-cell \\
    --tui opencode \\
    --model openai/gpt-oss-120b \\
    --task mutations/rust-error-negated`,
  });
});

test('uses only the tag if no digest is known, and quotes the model name', () => {
  const cell = {
    ...passed,
    tui: 'aider',
    model: "my model's",
    published_image: { name: 'x/aider:v1', digest: null },
  };
  expect(citableRun(cell)?.pull).toBe('docker pull x/aider:v1');
  expect(citableRun(cell)?.line).toContain("x/aider:v1 run-cell --tui aider --model 'my model'\\''s' --task");
});

test.each([
  ['an agent without a known image', { published_image: null }],
  ['a scripted model', { demo: true }],
  ['a task that the published benchmark is not known to have', { task_published: false }],
])('is null for %s', (_, part) => {
  expect(citableRun({ ...passed, ...part })).toBeNull();
  expect(scoreCard({ ...passed, ...part }, links, { width: 80, colour: false }).join('\n')).not.toContain(
    'docker',
  );
});

test('the card of a scored run has the command', () => {
  const card = (record: typeof passed) => scoreCard(record, links, { width: 80, colour: false }).join('\n');
  expect(card(passed)).toContain(`citable    ${citableRun(passed)?.line}`);
  expect(card(unscored)).not.toContain('citable ');
});
