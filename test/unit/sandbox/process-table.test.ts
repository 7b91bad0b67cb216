import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import {
  descendantsOf,
  listProcesses,
  markedPids,
  parseProcStat,
  parsePs,
} from '../../../src/sandbox/processes/table.js';

async function sleeper(env: Record<string, string> = {}): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { env, stdio: 'ignore' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child, 'spawn');
  return child.pid ?? -1;
}

const stat = (name: string, state: string, threads: number) =>
  `17 (${name}) ${state} 4 5 6 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 ${threads} 0 991 1000 2`;

test('parses a process whose name contains parentheses', () => {
  const entry = { pid: 17, ppid: 4, pgid: 5, sid: 6, startTime: '991' };
  expect(parseProcStat(stat('sh', 'S', 1))).toEqual(entry);
  expect(parseProcStat(stat('a) R 1 1 (b', 'S', 1))).toEqual(entry);
  expect(parseProcStat('')).toBeNull();
});

test('attack: a process whose first thread has exited is not a zombie while others run', () => {
  expect(parseProcStat(stat('sh', 'Z', 1))).toBeNull();
  expect(parseProcStat(stat('sh', 'Z', 3))).not.toBeNull();
});

test('parses the output of ps', () => {
  const output =
    '    1     0     1 Ss   Mon Nov 23 11:44:01 2026\n  612     1   612 Z+   Mon Nov 23 11:45:02 2026\n';
  expect(parsePs(output)).toEqual([
    { pid: 1, ppid: 0, pgid: 1, sid: null, startTime: 'Mon Nov 23 11:44:01 2026' },
  ]);
});

const tables = process.platform === 'linux' ? (['linux', 'darwin'] as const) : ([process.platform] as const);
test.each(tables)('the process table of %s contains a child of this process', async (platform) => {
  const pid = await sleeper();
  const below = descendantsOf(listProcesses(platform), process.pid);
  expect(below).toContainEqual(expect.objectContaining({ pid, ppid: process.pid }));
});

test('finds a marker only as a whole, not by a prefix', async () => {
  const pid = await sleeper({ CAB_RUN: 'table-test-12' });
  expect(markedPids('table-test-12')).toEqual(new Set([pid]));
  expect(markedPids('table-test-1')).toEqual(new Set());
});
