import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MaskSource, type MountSource, planMounts } from '../../../src/sandbox/mount-plan.js';
import { planView } from '../../../src/sandbox/mount-sources.js';

let root: string;
const at = (path: string) => join(root, path);
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'cab-mounts-')));
  for (const dir of ['home/tool/bin', 'home/tool/secret', 'home/work', 'v20/bin'])
    mkdirSync(at(dir), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('the deepest path decides, outermost first', () => {
  const plan = planView({
    masked: [at('home/tool/secret'), at('home')],
    readable: [at('home/tool')],
    writable: [at('home/work')],
  });
  expect(plan).toEqual([
    { kind: 'mask', at: at('home'), directory: true },
    { kind: 'read', at: at('home/tool'), from: at('home/tool') },
    { kind: 'write', at: at('home/work'), from: at('home/work') },
    { kind: 'mask', at: at('home/tool/secret'), directory: true },
  ]);
});

test('leaves out mounts and masks without effect', () => {
  const plan = planView({
    masked: [at('home'), at('home/tool'), '/'],
    readable: ['/usr', '/'],
    writable: [at('home/work'), '/'],
  });
  expect(plan.map(({ at }) => at)).toEqual([at('home'), at('home/work')]);
});

test('masks the target of a masked link, and ignores a mask whose path does not exist', () => {
  symlinkSync(at('home'), at('moved'));
  expect(planView({ masked: [at('moved'), at('nowhere')], readable: [], writable: [] })).toEqual([
    { kind: 'mask', at: at('home'), directory: true },
  ]);
});

test('creates links again that a mask hides on the way to a readable path', () => {
  writeFileSync(at('v20/bin/node'), '');
  symlinkSync('../v20', at('home/current'));
  symlinkSync(at('home/current/bin/node'), at('home/node'));
  const readable = [at('home/node'), at('home/current/bin')];
  const plan = planView({ masked: [at('home'), at('v20')], readable, writable: [] });
  // Only once, although two paths need it.
  expect(plan.filter((mount) => mount.at === at('home/current'))).toEqual([
    { kind: 'link', at: at('home/current'), target: '../v20' },
  ]);
  expect(plan).toContainEqual({ kind: 'link', at: at('home/node'), target: at('home/current/bin/node') });
  expect(plan).toContainEqual({ kind: 'read', at: at('v20/bin'), from: at('v20/bin') });
});

test.each(['readable', 'writable'])(
  'a %s path that does not exist or loops is an error with its name',
  (list) => {
    symlinkSync(at('loop'), at('loop'));
    for (const path of [at('nowhere'), at('loop')]) {
      const paths = { masked: [], readable: [], writable: [], [list]: [path] };
      expect(() => planView(paths)).toThrow(path);
    }
  },
);

/** The plan does not read the file system: these paths do not exist. */
const planOf = (source: Partial<MountSource>, masks: MaskSource[]) =>
  planMounts({
    mounts: [
      { owner: 'task', from: '/t/own/x', at: '/t/own/x', access: 'read', within: '/t/own', ...source },
    ],
    masks,
    links: [],
  });
const mask = (at: string, secret = true): MaskSource => ({ at, directory: true, secret });

test.each<[string, Partial<MountSource>, MaskSource]>([
  [
    'a secret, even when the user named it',
    { owner: 'user', within: null, from: '/s', at: '/s' },
    mask('/s'),
  ],
  ['a secret at another path', { from: '/t/own/x', at: '/app/x' }, mask('/t/own/x')],
  ['a directory that contains a secret', { owner: 'plugin' }, mask('/t/own/x/key')],
  [
    'a writable directory that contains a secret',
    { owner: 'program', within: null, access: 'write' },
    mask('/t/own/x/key'),
  ],
  ['a masked path', { owner: 'repository' }, mask('/t/own/x', false)],
  ['a path below a secret in its own directory', { owner: 'plugin', from: '/t/own/s/x' }, mask('/t/own/s')],
])('%s is never mounted', (_, source, hidden) => {
  expect(() => planOf(source, [hidden])).toThrow(/would show the agent/);
});

test("shows a path below a mask when the owner's directory is there", () => {
  expect(planOf({ at: '/app/x' }, [mask('/t')])).toEqual([
    { kind: 'mask', at: '/t', directory: true },
    { kind: 'read', at: '/app/x', from: '/t/own/x' },
  ]);
});

test('masks a hidden path at the path where it is mounted too, and nothing else there', () => {
  const plan = planOf({ owner: 'user', within: null, at: '/app/x' }, [
    mask('/t/own/x/key'),
    mask('/app/x/y'),
  ]);
  expect(plan).toEqual([
    { kind: 'read', at: '/app/x', from: '/t/own/x' },
    { kind: 'mask', at: '/app/x/key', directory: true },
    { kind: 'mask', at: '/t/own/x/key', directory: true },
  ]);
});
