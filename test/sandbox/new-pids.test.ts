import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { NewPids } from '../../src/sandbox/processes/new-pids.js';
import { linux, named } from '../needs.js';

test.skipIf(linux)(named('a new process is on the trail until it was met', linux), async () => {
  const trail = new NewPids();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child, 'spawn');
  const pid = child.pid ?? -1;
  expect(trail.fresh()).toContain(pid);
  expect(trail.fresh()).toContain(pid);
  trail.met(pid);
  expect(trail.fresh()).not.toContain(pid);
  expect(trail.fresh()).not.toContain(process.pid);
});
