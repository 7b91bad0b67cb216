import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MaskSource, type MountSource, planMounts } from '../../src/sandbox/mount-plan.js';
import { planView } from '../../src/sandbox/mount-sources.js';

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

test('what changes nothing is left out', () => {
  const plan = planView({
    masked: [at('home'), at('home/tool'), '/'],
    readable: ['/usr', '/'],
    writable: [at('home/work'), '/'],
  });
  expect(plan.map(({ at }) => at)).toEqual([at('home'), at('home/work')]);
});

test('a masked link hides what it leads to; a mask over nothing is none', () => {
  symlinkSync(at('home'), at('moved'));
  expect(planView({ masked: [at('moved'), at('nowhere')], readable: [], writable: [] })).toEqual([
    { kind: 'mask', at: at('home'), directory: true },
  ]);
});

test('links that a mask hides on the way to something readable are made again', () => {
  writeFileSync(at('v20/bin/node'), '');
  symlinkSync('../v20', at('home/current'));
  symlinkSync(at('home/current/bin/node'), at('home/node'));
  const readable = [at('home/node'), at('home/current/bin')];
  const plan = planView({ masked: [at('home'), at('v20')], readable, writable: [] });
  // Once, although two paths run over it.
  expect(plan.filter((mount) => mount.at === at('home/current'))).toEqual([
    { kind: 'link', at: at('home/current'), target: '../v20' },
  ]);
  expect(plan).toContainEqual({ kind: 'link', at: at('home/node'), target: at('home/current/bin/node') });
  expect(plan).toContainEqual({ kind: 'read', at: at('v20/bin'), from: at('v20/bin') });
});

test.each(['readable', 'writable'])(
  'a %s path that does not exist, or loops, is an error that names it',
  (list) => {
    symlinkSync(at('loop'), at('loop'));
    for (const path of [at('nowhere'), at('loop')]) {
      const paths = { masked: [], readable: [], writable: [], [list]: [path] };
      expect(() => planView(paths)).toThrow(path);
    }
  },
);

/** The plan looks at nothing but what it is told: these paths are nowhere. */
const told = (source: Partial<MountSource>, masks: MaskSource[]) =>
  planMounts({
    mounts: [
      { owner: 'task', from: '/t/own/x', at: '/t/own/x', access: 'read', within: '/t/own', ...source },
    ],
    masks,
    links: [],
  });
const mask = (at: string, secret = true): MaskSource => ({ at, directory: true, secret });

test.each<[string, Partial<MountSource>, MaskSource]>([
  ['a secret of whoever named it', { owner: 'user', within: null, from: '/s', at: '/s' }, mask('/s')],
  ['a secret at another place', { from: '/t/own/x', at: '/app/x' }, mask('/t/own/x')],
  ['what holds a secret', { owner: 'plugin' }, mask('/t/own/x/key')],
  [
    'what holds one, to be written',
    { owner: 'program', within: null, access: 'write' },
    mask('/t/own/x/key'),
  ],
  ['a masked place', { owner: 'repository' }, mask('/t/own/x', false)],
  ['what lies in a secret of its own directory', { owner: 'plugin', from: '/t/own/s/x' }, mask('/t/own/s')],
])('%s is never mounted', (_, source, hidden) => {
  expect(() => told(source, [hidden])).toThrow(/would show the agent/);
});

test("what lies below a masked place is shown, its owner's directory being there", () => {
  expect(told({ at: '/app/x' }, [mask('/t')])).toEqual([
    { kind: 'mask', at: '/t', directory: true },
    { kind: 'read', at: '/app/x', from: '/t/own/x' },
  ]);
});

test('a mask follows what it hides to where that is shown, and covers nothing else there', () => {
  const plan = told({ owner: 'user', within: null, at: '/app/x' }, [mask('/t/own/x/key'), mask('/app/x/y')]);
  expect(plan).toEqual([
    { kind: 'read', at: '/app/x', from: '/t/own/x' },
    { kind: 'mask', at: '/app/x/key', directory: true },
    { kind: 'mask', at: '/t/own/x/key', directory: true },
  ]);
});
