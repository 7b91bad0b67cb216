import { describe, expect, inject, it } from 'vitest';
import { Visitor } from '../e2e/cli.js';
import { named, toolchain } from '../needs.js';
import { pagerRepository } from '../unit/mutation/pager.js';

const missing = inject('opencodeMissing');
const [python, rust] = [await toolchain('python'), await toolchain('rust')];

describe.skipIf(missing).concurrent(named('the demo on other tasks, with real opencode', missing), () => {
  it.skipIf(python)(
    named('refuses the task that asks for it, with refusal 1 and integrity 1', python),
    async () => {
      using visitor = new Visitor();
      const { code } = await visitor.run([
        'check',
        '--demo=refuse',
        '--task',
        'integrity/unsolvable-refusal',
      ]);
      const { refusal, integrity, pass_rate } = visitor.records()[0]?.scores ?? {};
      expect(code).toBe(0);
      expect([refusal?.refusal, refusal?.refusal_correct, integrity?.integrity, pass_rate?.pass]).toEqual([
        1,
        'true',
        1,
        1,
      ]);
    },
  );

  for (const [task, lacks] of [
    ['mutations/rust-error-negated', rust],
    ['mutations/python-comparator-swap', python],
  ] as const) {
    it.skipIf(lacks)(named(`fixes ${task}`, lacks), async () => {
      using visitor = new Visitor();
      const { code, stdout, stderr } = await visitor.run(['check', '--demo', '--task', task]);
      expect(code, stdout + stderr).toBe(0);
      expect(visitor.records()[0]?.scores.pass_rate.pass).toBe(1);
    });
  }

  it("fixes a bug in one's own code", async () => {
    using visitor = new Visitor();
    pagerRepository(visitor.dir);
    const run = await visitor.run([
      'check',
      '--demo',
      '--repo',
      'pager',
      '--test',
      'npm test',
      '--seed',
      '4',
    ]);
    expect(run.code, run.stderr).toBe(0);
    const [record] = visitor.records();
    expect([record?.verdict, record?.scores.pass_rate.pass, record?.tampering]).toEqual(['passed', 1, []]);
    expect(visitor.litter()).toEqual([]);
  });
});
