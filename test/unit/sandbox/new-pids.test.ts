import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { NewPids } from '../../../src/sandbox/processes/new-pids.js';
import { linux, named } from '../../needs.js';

test.skipIf(linux)(named('returns a new process until it is marked as seen', linux), async () => {
  const newPids = new NewPids();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child, 'spawn');
  const pid = child.pid ?? -1;
  expect(newPids.candidates()).toContain(pid);
  expect(newPids.candidates()).toContain(pid);
  newPids.markSeen(pid);
  expect(newPids.candidates()).not.toContain(pid);
  expect(newPids.candidates()).not.toContain(process.pid);
});
