import { expect, it } from 'vitest';
import { type ConfineOptions, confine } from '../../src/sandbox/confine.js';

const GIVEN: ConfineOptions = {
  tree: '/run/tree',
  home: '/run/home',
  tmp: '/run/tmp',
  readable: ['/tools'],
  masked: ['/store'],
  meter: null,
  pathDirs: ['/tools/bin', '/bin'],
  env: {},
};

it('starts a child in its tree, and lets it write there and in its own directories alone', () => {
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

it('puts the tree where the task wants it, beside what else the task places', () => {
  const logs = { from: '/run/logs', at: '/logs', writable: true };
  const policy = confine({ ...GIVEN, at: '/app', tmp: GIVEN.home, placed: [logs] });
  expect(policy).toMatchObject({
    cwd: '/app',
    writable: ['/run/home'],
    placed: [{ from: '/run/tree', at: '/app', writable: true }, logs],
  });
});

it('lets the environment that is given override its own', () => {
  expect(confine({ ...GIVEN, env: { PATH: '/opt', TZ: 'UTC' } }).env).toEqual({
    PATH: '/opt',
    HOME: '/run/home',
    TMPDIR: '/run/tmp',
    TZ: 'UTC',
  });
});
