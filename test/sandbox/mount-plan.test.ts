import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { planMounts } from '../../src/sandbox/mount-plan.js';

let root: string;
const at = (path: string) => join(root, path);
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'cab-mounts-')));
  for (const dir of ['home/tool/bin', 'home/tool/secret', 'home/work', 'v20/bin'])
    mkdirSync(at(dir), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('the deepest path decides, outermost first', () => {
  const plan = planMounts({
    masked: [at('home/tool/secret'), at('home')],
    readable: [at('home/tool')],
    writable: [at('home/work')],
  });
  expect(plan).toEqual([
    { kind: 'mask', at: at('home'), directory: true },
    { kind: 'read', at: at('home/tool') },
    { kind: 'write', at: at('home/work') },
    { kind: 'mask', at: at('home/tool/secret'), directory: true },
  ]);
});

test('what changes nothing is left out', () => {
  const plan = planMounts({
    masked: [at('home'), at('home/tool'), '/'],
    readable: ['/usr', '/'],
    writable: [at('home/work'), '/'],
  });
  expect(plan.map(({ at }) => at)).toEqual([at('home'), at('home/work')]);
});

test('a masked link hides what it leads to; a mask over nothing is none', () => {
  symlinkSync(at('home'), at('moved'));
  expect(planMounts({ masked: [at('moved'), at('nowhere')], readable: [], writable: [] })).toEqual([
    { kind: 'mask', at: at('home'), directory: true },
  ]);
});

test('links that a mask hides on the way to something readable are made again', () => {
  writeFileSync(at('v20/bin/node'), '');
  symlinkSync('../v20', at('home/current'));
  symlinkSync(at('home/current/bin/node'), at('home/node'));
  const plan = planMounts({ masked: [at('home'), at('v20')], readable: [at('home/node')], writable: [] });
  expect(plan).toContainEqual({ kind: 'link', at: at('home/current'), target: '../v20' });
  expect(plan).toContainEqual({ kind: 'link', at: at('home/node'), target: at('home/current/bin/node') });
  expect(plan).toContainEqual({ kind: 'read', at: at('v20/bin/node') });
});

test.each(['readable', 'writable'])(
  'a %s path that does not exist, or loops, is an error that names it',
  (list) => {
    symlinkSync(at('loop'), at('loop'));
    for (const path of [at('nowhere'), at('loop')]) {
      const paths = { masked: [], readable: [], writable: [], [list]: [path] };
      expect(() => planMounts(paths)).toThrow(path);
    }
  },
);
