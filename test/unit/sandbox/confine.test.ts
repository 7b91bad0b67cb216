import { expect, it } from 'vitest';
import { type ConfineOptions, confine } from '../../../src/sandbox/confine.js';

const GIVEN: ConfineOptions = {
  workspace: '/run/tree',
  home: '/run/home',
  tmp: '/run/tmp',
  readable: ['/tools'],
  masked: ['/store'],
  meter: null,
  pathDirs: ['/tools/bin', '/bin'],
  env: {},
};

it('starts a child in its tree; only the tree, HOME and TMPDIR are writable', () => {
  expect(confine(GIVEN)).toEqual({
    cwd: '/run/tree',
    writable: ['/run/tree', '/run/home', '/run/tmp'],
    readable: ['/tools'],
    bound: [],
    placed: [],
    masked: ['/store'],
    meter: null,
    env: { PATH: '/tools/bin:/bin', HOME: '/run/home', TMPDIR: '/run/tmp' },
  });
});

it('shows the tree at the path that the task wants, next to other placed directories', () => {
  const logs = { from: '/run/logs', at: '/logs', writable: true };
  const policy = confine({ ...GIVEN, mountedAt: '/app', tmp: GIVEN.home, placed: [logs] });
  expect(policy).toMatchObject({
    cwd: '/app',
    writable: ['/run/home'],
    placed: [{ from: '/run/tree', at: '/app', writable: true }, logs],
  });
});

it('lets given variables override the default ones', () => {
  expect(confine({ ...GIVEN, env: { PATH: '/opt', TZ: 'UTC' } }).env).toEqual({
    PATH: '/opt',
    HOME: '/run/home',
    TMPDIR: '/run/tmp',
    TZ: 'UTC',
  });
});
