import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packAllTasks } from '../../../build/pack-tasks.js';
import { DEFAULT_TASK_ID, openCatalogue } from '../../../src/tasks/catalogue.js';
import { FIXTURES, scratchDir } from './scratch.js';

const packed = join(scratchDir(), 'packed');
await packAllTasks(FIXTURES, packed);
const catalogue = await openCatalogue(packed);

test('lists and opens the packed tasks, including the default one', async () => {
  expect(catalogue.ids).toContain(DEFAULT_TASK_ID);
  expect([...catalogue.ids].sort()).toEqual(catalogue.ids);
  const task = await catalogue.find(DEFAULT_TASK_ID);
  expect(task).toMatchObject({ id: DEFAULT_TASK_ID, digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
  expect(task.commit).toMatch(/^[0-9a-f]{40}$/);
  expect(task.manifest.toolchain).toEqual(['node']);
});

test.each([
  ['mutations/rust-eror-negated', 'Did you mean mutations/rust-error-negated? '],
  ['rust-error-negatd', 'Did you mean mutations/rust-error-negated? '],
  ['js-boundary', 'Did you mean mutations/js-boundary-shift? All '],
  ['', 'are shown by: codingagentbench tasks list'],
  ['../packed/mutations/js-boundary-shift', 'are shown by: codingagentbench tasks list'],
])('the error for the unknown id %j suggests tasks', async (id, fix) => {
  await expect(catalogue.find(id)).rejects.toMatchObject({
    code: 'usage.unknown_task',
    message: `There is no task ${id}.`,
    fix: expect.stringContaining(fix),
  });
});

test('an installation without tasks is an error', async () => {
  await expect(openCatalogue(join(packed, 'nowhere'))).rejects.toMatchObject({ code: 'harness.no_tasks' });
});
