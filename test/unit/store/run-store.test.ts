import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HarnessError } from '../../../src/model/errors.js';
import type { RunEvent } from '../../../src/model/events.js';
import { openRunStore } from '../../../src/store/run-store.js';
import { named } from '../../needs.js';
import { passed } from '../reporters/sample-run.js';

const devFull = existsSync('/dev/full') ? null : '/dev/full';

let dir: string;
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'cab-store-')), 'run');
});
afterEach(() => rmSync(join(dir, '..'), { recursive: true, force: true }));

function open() {
  return openRunStore(dir, (fault) => {
    throw fault;
  });
}
const read = (file: string) => readFileSync(join(dir, file), 'utf8');

describe('the store of a run', () => {
  it('writes every event at once, and the record only at the end', () => {
    const store = open();
    store.append({ type: 'warning', t_ms: 1, message: 'one' });
    store.append({ type: 'agent_output', t_ms: 2, stream: 'stdout', text: 'hello\n' });
    expect(
      read('events.jsonl')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).t_ms),
    ).toEqual([1, 2]);
    expect(read('agent.log')).toBe('hello\n');
    expect(readdirSync(dir)).not.toContain('record.json');
    store.finish(passed);
    expect(JSON.parse(read('record.json'))).toEqual(passed);
    store.release();
    expect(readdirSync(dir).sort()).toEqual(['agent.log', 'events.jsonl', 'record.json']);
  });

  it('names the patch only when the agent changed something', () => {
    const store = open();
    const diff = (patch: string): RunEvent => ({
      type: 'diff',
      t_ms: 1,
      tampering: [],
      litter: [],
      left_out: [],
      patch,
    });
    store.append(diff(''));
    expect(store.savedFiles().patch).toBeNull();
    store.append(diff('--- a\n+++ b\n'));
    expect(store.savedFiles().patch).toBe(join(dir, 'patch.diff'));
    store.finish(passed);
  });

  it('is readable only for the user', () => {
    open().finish(passed);
    expect(statSync(dir).mode & 0o077).toBe(0);
    for (const file of readdirSync(dir)) expect(statSync(join(dir, file)).mode & 0o077).toBe(0);
  });

  it.skipIf(devFull)(
    named('attack: a full disk is reported once, in one sentence, and leaves no record', devFull),
    () => {
      mkdirSync(dir);
      symlinkSync('/dev/full', join(dir, 'agent.log'));
      const faults: HarnessError[] = [];
      const store = openRunStore(dir, (fault) => faults.push(fault));
      for (let i = 0; i < 2; i++)
        store.append({ type: 'agent_output', t_ms: i, stream: 'stdout', text: 'x' });
      store.finish(passed);
      expect(faults.map(({ code, message }) => [code, message])).toEqual([
        ['harness.store', `The run cannot be saved in ${dir}: no space left on device (ENOSPC).`],
      ]);
      store.release();
      expect(readdirSync(dir).sort()).toEqual(['agent.log', 'events.jsonl']);
    },
  );

  it('throws for a directory that cannot be made', () => {
    writeFileSync(dir, '');
    expect(open).toThrow(`A run cannot be saved in ${dir}: file already exists (EEXIST).`);
  });
});
