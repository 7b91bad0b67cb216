import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { resolveToolchain } from '../../src/host/toolchains.js';
import { parseManifest } from '../../src/tasks/manifest.js';
import { named } from '../needs.js';
import { testHost } from '../unit/host/test-host.js';
import { FIXTURES } from '../unit/tasks/scratch.js';
import { harborJob, type Trial } from './harbor-job.js';

const { python, missing } = inject('harbor');

const dirs = readdirSync(FIXTURES).flatMap((family) =>
  readdirSync(join(FIXTURES, family)).map((name) => join(FIXTURES, family, name)),
);
const idOf = (dir: string) => dir.slice(FIXTURES.length);
const tasks = await Promise.all(dirs.map(async (dir) => ({ id: idOf(dir), dir, lacks: await lackOf(dir) })));

/** The first missing toolchain of a task; null when there is none. */
async function lackOf(dir: string): Promise<string | null> {
  const { toolchain } = parseManifest(readFileSync(join(dir, 'task.toml'), 'utf8'), dir);
  const host = testHost();
  const tools = await Promise.all(toolchain.map((id) => resolveToolchain(id, host)));
  return tools.flatMap((tool) => (tool.ok ? [] : [tool.detail]))[0] ?? null;
}

const LOAD = `
import sys
from pathlib import Path
from harbor.models.task.task import Task
for path in sys.argv[1:]:
    task = Task(Path(path))
    print(task.config.task.name, Task.is_valid_dir(Path(path)))
`;

describe.skipIf(missing)(named('Harbor', missing), () => {
  const scratch = mkdtempSync(join(tmpdir(), 'cab-harbor-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  let trial: (taskDir: string, agent: string) => Trial;
  beforeAll(async () => {
    const runnable = tasks.filter(({ lacks }) => lacks === null).map(({ dir }) => dir);
    trial = await harborJob(runnable, { python: python ?? '', dir: scratch });
  }, 1_200_000);

  it('loads every task with its own models', () => {
    const output = execFileSync(python ?? '', ['-c', LOAD, ...dirs], { encoding: 'utf8' });
    expect(output.trim().split('\n')).toEqual(
      dirs.map((dir) => `codingagentbench/${idOf(dir).split('/')[1]} True`),
    );
  });

  describe.each(tasks)('$id', ({ dir, lacks }) => {
    it.skipIf(lacks)(named('gives the reference solution reward 1', lacks), () => {
      expect(trial(dir, 'oracle')).toEqual({ reward: 1, exception: null });
    });
    it.skipIf(lacks)(named('gives no change reward 0', lacks), () => {
      expect(trial(dir, 'nop')).toEqual({ reward: 0, exception: null });
    });
  });
});
