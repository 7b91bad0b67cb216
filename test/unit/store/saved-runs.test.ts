import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/model/errors.js';
import type { RunEvent } from '../../../src/model/events.js';
import { findRun, listRuns } from '../../../src/store/find-run.js';
import { readEvents } from '../../../src/store/read-events.js';
import { readPatch, readRecord } from '../../../src/store/read-record.js';
import { openRunStore } from '../../../src/store/run-store.js';
import { passed, passing } from '../reporters/sample-run.js';

let runsDir: string;
beforeEach(() => {
  runsDir = mkdtempSync(join(tmpdir(), 'cab-runs-'));
});
afterEach(() => rmSync(runsDir, { recursive: true, force: true }));

/** Saves a run through the store; it started at `hour`. */
function save(id: string, hour = 12, { complete = true, dir = join(runsDir, id) } = {}): string {
  const store = openRunStore(dir, (fault) => {
    throw fault;
  });
  for (const event of passing) {
    const started = event.type === 'run_started' && { run_id: id, at: `2026-11-23T${hour}:00:00.000Z` };
    store.append({ ...event, ...started });
  }
  if (complete) store.finish({ ...passed, run_id: id });
  return dir;
}

async function usageErrorOf(work: Promise<unknown>): Promise<UsageError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof UsageError) return error;
  throw new Error('there was no UsageError', { cause: error });
}

const eventsIn = async (dir: string) => {
  const events: RunEvent[] = [];
  for await (const event of readEvents(dir)) events.push(event);
  return events;
};

describe('the list of saved runs', () => {
  it('has the newest first, incomplete runs, and nothing that is not a run', async () => {
    save('aaaa', 10);
    save('bbbb', 12, { complete: false });
    save('cccc', 11);
    mkdirSync(join(runsDir, 'no-run'));
    writeFileSync(join(runsDir, 'a-file'), '');
    expect((await listRuns(runsDir)).map(({ id, complete }) => [id, complete])).toEqual([
      ['bbbb', false],
      ['cccc', true],
      ['aaaa', true],
    ]);
    expect(await listRuns(join(runsDir, 'absent'))).toEqual([]);
  });

  it('has runs with a torn first line, and runs with only a record', async () => {
    mkdirSync(join(runsDir, 'torn'));
    writeFileSync(join(runsDir, 'torn', 'events.jsonl'), '{"type":"run_sta');
    mkdirSync(join(runsDir, 'moved'));
    writeFileSync(join(runsDir, 'moved', 'record.json'), JSON.stringify({ ...passed, run_id: 'dddd' }));
    expect((await listRuns(runsDir)).map(({ id, title }) => [id, title?.model])).toEqual([
      ['dddd', 'openai/gpt-oss-120b'],
      ['torn', undefined],
    ]);
  });
});

describe('findRun', () => {
  it('finds a run by id, by the beginning of an id, by `last` and by directory', async () => {
    save('ab12', 10);
    save('ac34', 11);
    const elsewhere = save('eeee', 12, { dir: join(runsDir, 'deeper', 'out') });
    const id = async (name: string) => (await findRun(runsDir, name)).id;
    expect([await id('ab12'), await id('ac'), await id('last'), await id(elsewhere)]).toEqual([
      'ab12',
      'ac34',
      'ac34',
      'eeee',
    ]);
  });

  it('takes `last` for the newest finished run', async () => {
    save('ab12', 10);
    save('ac34', 11, { complete: false });
    expect((await findRun(runsDir, 'last')).id).toBe('ab12');
    rmSync(join(runsDir, 'ab12'), { recursive: true });
    expect(await usageErrorOf(findRun(runsDir, 'last'))).toMatchObject({
      code: 'usage.no_runs',
      fix: expect.stringContaining('replay ac34'),
    });
  });

  it('prefers an exact id to longer ids that begin with it', async () => {
    save('ab12');
    save('ab123');
    expect((await findRun(runsDir, 'ab12')).id).toBe('ab12');
  });

  it('suggests similar ids when no run matches, or several', async () => {
    expect(await usageErrorOf(findRun(runsDir, 'last'))).toMatchObject({ code: 'usage.no_runs' });
    expect(await usageErrorOf(findRun(runsDir, 'ab'))).toMatchObject({ code: 'usage.unknown_run' });
    save('ab12');
    save('ab34');
    expect(await usageErrorOf(findRun(runsDir, 'ab'))).toMatchObject({
      message: '2 saved runs begin with "ab".',
      fix: expect.stringContaining(
        'ab12 (opencode × openai/gpt-oss-120b · mutations/rust-error-negated), ab34',
      ),
    });
    expect((await usageErrorOf(findRun(runsDir, 'abx2'))).fix).toMatch(/^Did you mean ab12 /);
    expect((await usageErrorOf(findRun(runsDir, 'zzzzzz'))).fix).toMatch(/^The newest are /);
  });
});

describe('the contents of a saved run', () => {
  it('are read as they were written', async () => {
    const dir = save('ab12');
    expect(await readRecord(dir)).toEqual({ ...passed, run_id: 'ab12' });
    expect((await eventsIn(dir)).slice(1)).toEqual(passing.slice(1));
    expect(await readPatch(dir)).toBe('');
    expect(await readPatch(runsDir)).toBeNull();
  });

  it('may lack fields that were added later', async () => {
    const dir = save('ab12');
    const { limits, visible_tests_only, benign_twin, verified_by, ...older } = { ...passed, run_id: 'ab12' };
    writeFileSync(join(dir, 'record.json'), JSON.stringify(older));
    expect(await readRecord(dir)).toEqual(older);
  });

  it('cause a one-sentence error when the record cannot be read', async () => {
    const dir = save('ab12', 12, { complete: false });
    const file = join(dir, 'record.json');
    const read = async (text: string) => {
      writeFileSync(file, text);
      return usageErrorOf(readRecord(dir));
    };
    expect(await usageErrorOf(readRecord(dir))).toMatchObject({ code: 'usage.incomplete_run' });
    expect((await read('{"schema')).message).toBe(`${file} is not JSON.`);
    expect((await read(JSON.stringify({ ...passed, verdict: 'good' }))).message).toMatch(
      /record\.json is not a valid record: verdict: /,
    );
    expect(
      await read(JSON.stringify({ ...passed, schema_version: '9.0', cli_version: '9.1.0' })),
    ).toMatchObject({
      code: 'usage.newer_record',
      message: `${file} has schema version 9.0 (codingagentbench 9.1.0); this program reads 1.0.`,
    });
  });

  it('are read without a torn last event and unknown types; other broken lines are errors', async () => {
    const dir = save('ab12');
    const file = join(dir, 'events.jsonl');
    appendFileSync(file, '{"type":"of_tomorrow","t_ms":1}\n{"type":"warning","t_ms":2,"mess');
    expect(await eventsIn(dir)).toHaveLength(passing.length);
    appendFileSync(file, '\n{"type":"warning","t_ms":3,"message":"later"}\n');
    expect((await usageErrorOf(eventsIn(dir))).message).toBe(
      `Line ${passing.length + 2} of ${file} is not an event of a run.`,
    );
  });

  it('attack: may have lines of a megabyte, and Unicode line separators in text', async () => {
    const dir = save('ab12');
    const message = `\u2028\u2029\u0085é${'界'.repeat(1 << 20)}`;
    appendFileSync(join(dir, 'events.jsonl'), `${JSON.stringify({ type: 'warning', t_ms: 1, message })}\n`);
    expect((await eventsIn(dir)).at(-1)).toEqual({ type: 'warning', t_ms: 1, message });
  });
});
