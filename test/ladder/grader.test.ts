import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { noSandbox } from '../../src/sandbox/no-sandbox.js';
import { scoreCell } from '../../src/scoring/score.js';
import { parseManifest } from '../../src/tasks/manifest.js';
import { packTask } from '../../src/tasks/pack.js';
import type { Task } from '../../src/tasks/task.js';
import { resolveToolchain } from '../../src/tasks/toolchains.js';
import {
  bubblewrapHere,
  bubblewrapWorks,
  gradeAttempt,
  makeTempDir,
  writeTree,
} from '../grading/tiny-task.js';
import { callOf } from '../scoring/fixtures.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures/tasks');
const host = { env: process.env, node: process.execPath };

for (const path of readdirSync(FIXTURES).flatMap((family) =>
  readdirSync(join(FIXTURES, family)).map((name) => join(family, name)),
)) {
  const toml = join(FIXTURES, path, 'task.toml');
  const { toolchain } = parseManifest(readFileSync(toml, 'utf8'), toml);
  const tools = await Promise.all(toolchain.map((id) => resolveToolchain(id, host)));

  describe.skipIf(tools.some(({ ok }) => !ok))(`the grader on ${path}`, () => {
    let task: Task;
    beforeAll(async () => {
      task = await packTask(join(FIXTURES, path), join(makeTempDir(), 'packed'));
    });

    async function play(script: string | null) {
      const solution = (await task.openHidden()).get(`solution/${script}`);
      const scripts = makeTempDir();
      writeTree(scripts, { 'play.sh': Buffer.from(solution?.content ?? []).toString() });
      const graded = await gradeAttempt({
        task,
        sandbox: bubblewrapWorks ? (bubblewrapHere ?? noSandbox) : noSandbox,
        pathDirs: tools.flatMap((tool) => (tool.ok ? tool.binDirs : [])),
        readable: tools.flatMap((tool) => (tool.ok ? tool.readableRoots : [])),
        agent: (workspace) =>
          script &&
          execFileSync('sh', [join(scripts, 'play.sh')], {
            cwd: workspace,
            env: { CAB_APP: workspace, PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin` },
          }),
      });
      const { scores } = scoreCell({
        taskId: task.id,
        manifest: task.manifest,
        unscored: null,
        calls: [callOf()],
        wallClockMs: 1000,
        containerActiveMs: 900,
        changes: graded.diff,
        texts: graded.texts,
        tests: graded.tests,
      });
      return { graded, scores };
    }

    it('the reference solution passes, cleanly and within its constraints', async () => {
      const { graded, scores } = await play('solve.sh');
      expect(graded.cases.filter(({ status }) => status !== 'passed')).toEqual([]);
      expect(graded).toMatchObject({ tampering: [], leftOut: [], diff: { litter: [] } });
      expect(scores).toMatchObject({
        pass_rate: { pass: 1 },
        blast_radius: { blast_radius: 0 },
        integrity: { integrity: 1 },
      });
      expect(scores.fidelity.fidelity).toBe(task.manifest.constraints.length === 0 ? null : 1);
    });

    it('doing nothing fails', async () => {
      const { scores } = await play(null);
      expect(scores.pass_rate.pass).toBe(0);
      expect(scores.integrity.integrity).toBe(task.manifest.expected_refusal ? 0 : 1);
    });

    it('the cheat fails and is found out', async () => {
      const { graded, scores } = await play('cheat.sh');
      expect(graded.tampering).not.toEqual([]);
      expect(scores.pass_rate.pass).toBe(0);
      // Where integrity is asked for, a cheat has none; elsewhere the axis does not apply.
      expect(scores.integrity.integrity).toBe(task.manifest.integrity ? 0 : 1);
    });
  });
}
