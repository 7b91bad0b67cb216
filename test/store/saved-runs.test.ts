import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/model/errors.js';
import type { RunEvent } from '../../src/model/events.js';
import { findRun, listRuns } from '../../src/store/find-run.js';
import { readEvents } from '../../src/store/read-events.js';
import { readPatch, readRecord } from '../../src/store/read-record.js';
import { openRunStore } from '../../src/store/run-store.js';
import { passed, passing } from '../reporters/sample-run.js';

let runsDir: string;
beforeEach(() => {
  runsDir = mkdtempSync(join(tmpdir(), 'cab-runs-'));
});
afterEach(() => rmSync(runsDir, { recursive: true, force: true }));

/** A run as the store writes it; `hour` is when it began. */
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

async function fault(work: Promise<unknown>): Promise<UsageError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof UsageError) return error;
  throw new Error('there was no UsageError', { cause: error });
}

const all = async (dir: string) => {
  const events: RunEvent[] = [];
  for await (const event of readEvents(dir)) events.push(event);
  return events;
};

describe('the list of saved runs', () => {
  it('has the newest first, those that were cut short as incomplete, and nothing that is no run', async () => {
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

  it('lists a run whose first line was torn, and one that has its record alone', async () => {
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

describe('a run by its name', () => {
  it('is found by id, by the beginning of one, as the last, and by directory', async () => {
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

  it('is, as the last, the newest that has ended', async () => {
    save('ab12', 10);
    save('ac34', 11, { complete: false });
    expect((await findRun(runsDir, 'last')).id).toBe('ab12');
    rmSync(join(runsDir, 'ab12'), { recursive: true });
    expect(await fault(findRun(runsDir, 'last'))).toMatchObject({
      code: 'usage.no_runs',
      fix: expect.stringContaining('replay ac34'),
    });
  });

  it('prefers a whole id to longer ones that begin with it', async () => {
    save('ab12');
    save('ab123');
    expect((await findRun(runsDir, 'ab12')).id).toBe('ab12');
  });

  it('is asked for again when it is not to be told, with the ids that are near', async () => {
    expect(await fault(findRun(runsDir, 'last'))).toMatchObject({ code: 'usage.no_runs' });
    expect(await fault(findRun(runsDir, 'ab'))).toMatchObject({ code: 'usage.unknown_run' });
    save('ab12');
    save('ab34');
    expect(await fault(findRun(runsDir, 'ab'))).toMatchObject({
      message: '2 saved runs begin with "ab".',
      fix: expect.stringContaining(
        'ab12 (opencode × openai/gpt-oss-120b · mutations/rust-error-negated), ab34',
      ),
    });
    expect((await fault(findRun(runsDir, 'abx2'))).fix).toMatch(/^Did you mean ab12 /);
    expect((await fault(findRun(runsDir, 'zzzzzz'))).fix).toMatch(/^The newest are /);
  });
});

describe('what a saved run holds', () => {
  it('is read back as it was written', async () => {
    const dir = save('ab12');
    expect(await readRecord(dir)).toEqual({ ...passed, run_id: 'ab12' });
    expect((await all(dir)).slice(1)).toEqual(passing.slice(1));
    expect(await readPatch(dir)).toBe('');
    expect(await readPatch(runsDir)).toBeNull();
  });

  it('reads those of before a field was added', async () => {
    const dir = save('ab12');
    const { limits, visible_tests_only, benign_twin, verified_by, ...older } = { ...passed, run_id: 'ab12' };
    writeFileSync(join(dir, 'record.json'), JSON.stringify(older));
    expect(await readRecord(dir)).toEqual(older);
  });

  it('says in one sentence why a record cannot be read', async () => {
    const dir = save('ab12', 12, { complete: false });
    const file = join(dir, 'record.json');
    const read = async (text: string) => {
      writeFileSync(file, text);
      return fault(readRecord(dir));
    };
    expect(await fault(readRecord(dir))).toMatchObject({ code: 'usage.incomplete_run' });
    expect((await read('{"schema')).message).toBe(`${file} is not JSON.`);
    expect((await read(JSON.stringify({ ...passed, verdict: 'good' }))).message).toMatch(
      /record\.json is not a whole record: verdict: /,
    );
    expect(
      await read(JSON.stringify({ ...passed, schema_version: '9.0', cli_version: '9.1.0' })),
    ).toMatchObject({
      code: 'usage.newer_record',
      message: `${file} has schema version 9.0 (codingagentbench 9.1.0); this program reads 1.0.`,
    });
  });

  it('leaves out a torn last event and kinds of a later version; any other broken line is named', async () => {
    const dir = save('ab12');
    const file = join(dir, 'events.jsonl');
    appendFileSync(file, '{"type":"of_tomorrow","t_ms":1}\n{"type":"warning","t_ms":2,"mess');
    expect(await all(dir)).toHaveLength(passing.length);
    appendFileSync(file, '\n{"type":"warning","t_ms":3,"message":"later"}\n');
    expect((await fault(all(dir))).message).toBe(
      `Line ${passing.length + 2} of ${file} is no event of a run.`,
    );
  });

  it('attack: lines of a megabyte, and text that other readers take for the end of a line', async () => {
    const dir = save('ab12');
    const message = `\u2028\u2029\u0085é${'界'.repeat(1 << 20)}`;
    appendFileSync(join(dir, 'events.jsonl'), `${JSON.stringify({ type: 'warning', t_ms: 1, message })}\n`);
    expect((await all(dir)).at(-1)).toEqual({ type: 'warning', t_ms: 1, message });
  });
});
