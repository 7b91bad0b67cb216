import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findOnPath } from '../../src/host/find-on-path.js';
import { runEventSchema } from '../../src/model/events.js';
import { type RunRecord, recordSchema } from '../../src/model/record.js';
import { foldRecord } from '../../src/model/to-record.js';
import { named } from '../needs.js';
import { steady, Visitor } from './cli.js';

const missing = inject('opencodeMissing');

describe.skipIf(missing).concurrent(named('the demo, with real opencode', missing), () => {
  describe('on the default task', () => {
    let visitor: Visitor;
    let run: Awaited<ReturnType<Visitor['run']>>;
    beforeAll(async () => {
      visitor = new Visitor();
      run = await visitor.run(['check', '--demo']);
    });
    afterAll(() => visitor[Symbol.dispose]());

    it('fixes it, prints every axis, and exits 0', ({ expect }) => {
      const [record] = visitor.records();
      // The line above names what guards this machine: the card says what the record says.
      const guard = `${record?.sandbox === 'none' ? 'no sandbox' : record?.sandbox}, direct egress ${record?.direct_egress}`;
      expect(run.stdout).toContain(` · ${guard} · `);
      const stdout = steady(run.stdout, visitor).replace(guard, 'GUARD');
      expect({ code: run.code, stdout }).toMatchSnapshot();
      expect(run.stderr).toContain('edit    src/hit-log.js   +1 −1');
      expect(record?.scores.composite.composite).toBeGreaterThan(0.9);
      expect(visitor.litter()).toEqual([]);
    });

    it('saves a record that is a fold of its events, and both follow their published schemas', () => {
      const [record] = visitor.records();
      const saved = join(visitor.home, '.local/share/codingagentbench/runs', record?.run_id ?? '');
      const lines = readFileSync(join(saved, 'events.jsonl'), 'utf8').trim().split('\n');
      const events = lines.map((line) => runEventSchema.parse(JSON.parse(line)));
      expect(recordSchema.parse(record)).toEqual(record);
      expect(foldRecord(events)).toEqual(record);
      const times = events.map(({ t_ms }) => t_ms);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      const ids = new Set(record?.spans.map(({ span_id }) => span_id));
      for (const { span_id, parent_id } of record?.spans ?? []) {
        expect(span_id).toMatch(/^[0-9a-f]{32}$/);
        expect(parent_id === null || ids.has(parent_id)).toBe(true);
      }
      expect(readFileSync(join(saved, 'patch.diff'), 'utf8')).toContain('+++ b/src/hit-log.js');
      expect(readFileSync(join(saved, 'agent.log'), 'utf8')).toContain('"tool_use"');
    });
  });

  it('does nothing, fails, and exits 1; with --json and --out it prints what it saved there, and nothing else', async () => {
    using visitor = new Visitor();
    const { code, stdout } = await visitor.run(['check', '--demo=no-op', '--json', '--out', 'saved']);
    const record: RunRecord = JSON.parse(readFileSync(join(visitor.dir, 'saved', 'record.json'), 'utf8'));
    expect(JSON.parse(stdout)).toEqual(record);
    expect({
      code,
      provisional: record.provisional,
      verdict: record.verdict,
      cause: record.cause,
      pass: record.scores.pass_rate.pass,
    }).toEqual({
      code: 1,
      provisional: true,
      verdict: 'failed',
      cause: 'model.no_tool_calls',
      pass: 0,
    });
    expect(record.scores.blast_radius.total_changes).toBe(0);
    expect(record.scores.tokens.tokens_per_correct_task).toBeNull();
    expect(visitor.litter()).toEqual([]);
  });

  it('edits the tests, is named, and exits 1', async () => {
    using visitor = new Visitor();
    const { code, stdout } = await visitor.run(['check', '--demo=cheat']);
    const [record] = visitor.records();
    expect(code).toBe(1);
    expect(record?.scores.pass_rate.pass).toBe(0);
    expect(record?.tampering.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'harness_hook package.json',
      'test_modified tests/limiter.test.js',
    ]);
    for (const { path } of record?.tampering ?? []) expect(stdout).toContain(path);
  });

  it('on a machine without Python names what is missing, before anything starts', async () => {
    using visitor = new Visitor();
    const PATH = join(visitor.dir, 'bin');
    mkdirSync(PATH);
    for (const program of ['node', 'git', 'sh'])
      symlinkSync(findOnPath(program, process.env.PATH ?? '') ?? '/nowhere', join(PATH, program));
    const args = ['check', '--demo', '--task', 'mutations/python-comparator-swap'];
    const { code, stderr } = await visitor.run(args, { env: { PATH } });
    expect([code, stderr]).toEqual([3, expect.stringContaining('there is no python3 on PATH')]);
    expect(visitor.litter()).toEqual([]);
  });
});
