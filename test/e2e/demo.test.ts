import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { runEventSchema } from '../../src/cell/events.js';
import { foldRecord } from '../../src/cell/fold-record.js';
import { recordSchema } from '../../src/cell/record.js';
import { steady, Visitor } from './cli.js';

const missing = inject('opencodeMissing');

describe.skipIf(missing)(`the demo, with real opencode${missing ? ` (missing: ${missing})` : ''}`, () => {
  it('fixes the default task, prints every axis, and exits 0', async () => {
    using visitor = new Visitor();
    const { code, stdout, stderr } = await visitor.run(['check', '--demo']);
    expect({ code, stdout: steady(stdout, visitor) }).toMatchSnapshot();
    expect(stderr).toContain('edit    src/hit-log.js   +1 −1');
    expect(visitor.litter()).toEqual([]);
  });

  it('saves a record that is a fold of its events, and both follow their published schemas', async () => {
    using visitor = new Visitor();
    await visitor.run(['check', '--demo', '--out', 'saved']);
    const saved = join(visitor.dir, 'saved');
    const lines = readFileSync(join(saved, 'events.jsonl'), 'utf8').trim().split('\n');
    const events = lines.map((line) => runEventSchema.parse(JSON.parse(line)));
    const record = JSON.parse(readFileSync(join(saved, 'record.json'), 'utf8'));
    expect(recordSchema.parse(record)).toEqual(record);
    expect(foldRecord(events)).toEqual(record);
    expect(events.map(({ t_ms }) => t_ms)).toEqual(events.map(({ t_ms }) => t_ms).toSorted((a, b) => a - b));
    const ids = new Set(record.spans.map(({ span_id }: { span_id: string }) => span_id));
    for (const { span_id, parent_id } of record.spans) {
      expect(span_id).toMatch(/^[0-9a-f]{32}$/);
      expect(parent_id === null || ids.has(parent_id)).toBe(true);
    }
    expect(readFileSync(join(saved, 'patch.diff'), 'utf8')).toContain('+++ b/src/hit-log.js');
    expect(readFileSync(join(saved, 'agent.log'), 'utf8')).toContain('"tool_use"');
  });

  it('does nothing, fails, and exits 1', async () => {
    using visitor = new Visitor();
    const { code } = await visitor.run(['check', '--demo=no-op']);
    const [record] = visitor.records();
    expect({
      code,
      verdict: record?.verdict,
      cause: record?.cause,
      pass: record?.scores.pass_rate.pass,
    }).toEqual({
      code: 1,
      verdict: 'failed',
      cause: 'model.no_tool_calls',
      pass: 0,
    });
    expect(record?.scores.blast_radius.total_changes).toBe(0);
    expect(record?.scores.tokens.tokens_per_correct_task).toBeNull();
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

  it('refuses the task that asks for it, with refusal 1 and integrity 1', async () => {
    using visitor = new Visitor();
    const { code } = await visitor.run(['check', '--demo=refuse', '--task', 'integrity/unsolvable-refusal']);
    const { refusal, integrity, pass_rate } = visitor.records()[0]?.scores ?? {};
    expect(code).toBe(0);
    expect([refusal?.refusal, refusal?.refusal_correct, integrity?.integrity, pass_rate?.pass]).toEqual([
      1,
      'true',
      1,
      1,
    ]);
  });

  it.each(['mutations/rust-error-negated', 'mutations/python-comparator-swap'])('fixes %s', async (task) => {
    using visitor = new Visitor();
    const { code, stdout, stderr } = await visitor.run(['check', '--demo', '--task', task]);
    // A machine without the toolchain says so before anything starts; it is not this test's to install one.
    if (code === 3) return expect(stderr).toMatch(/toolchain|no (rustc|python3)/i);
    expect(code, stdout + stderr).toBe(0);
    expect(visitor.records()[0]?.scores.pass_rate.pass).toBe(1);
  });

  it('prints one JSON object and nothing else on stdout with --json', async () => {
    using visitor = new Visitor();
    const { stdout } = await visitor.run(['check', '--demo', '--json']);
    const record = JSON.parse(stdout);
    expect(record).toEqual(visitor.records()[0]);
    expect(record.scores.composite.composite).toBeGreaterThan(0.9);
    expect(record.provisional).toBe(true);
  });
});
