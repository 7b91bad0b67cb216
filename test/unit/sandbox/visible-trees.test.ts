import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { planView } from '../../../src/sandbox/mount-sources.js';
import { visibleTrees } from '../../../src/sandbox/wrappers/visible-trees.js';

test('lists the visible children of a directory that contains something hidden, and no links', () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'cab-trees-')));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const at = (path: string) => join(root, path);
  for (const dir of ['shown/hidden', 'shown/open', 'masked/shown', 'masked/work']) {
    mkdirSync(at(dir), { recursive: true });
  }
  writeFileSync(at('shown/file'), '');
  symlinkSync(at('shown/hidden'), at('shown/link'));
  const { readable, writable } = visibleTrees(
    planView({
      masked: [at('shown/hidden'), at('masked')],
      readable: [at('masked/shown')],
      writable: [at('masked/work')],
    }),
  );
  const below = readable.filter((path) => path.startsWith(`${root}/`)).sort();
  expect(below).toEqual([at('masked/shown'), at('shown/file'), at('shown/open')]);
  expect(writable).toEqual([at('masked/work')]);
  expect(readable).not.toContain('/');
});
