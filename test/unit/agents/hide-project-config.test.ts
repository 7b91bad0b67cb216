import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hideProjectConfig } from '../../../src/agents/hide-project-config.js';

let dir: string;
let tree: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cab-hidden-'));
  tree = join(dir, 'tree');
  mkdirSync(join(tree, '.evil/hooks'), { recursive: true });
  writeFileSync(join(tree, '.evil/hooks/start'), 'boo');
  writeFileSync(join(tree, 'evil.json'), '{}');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const leftovers = () => readdirSync(dir).filter((name) => name !== 'tree');

describe('hideProjectConfig', () => {
  it('moves files and directories away and restores them', async () => {
    const hidden = await hideProjectConfig(
      tree,
      ['.evil', 'evil.json', 'not-there', 'evil.json/deeper'],
      dir,
    );
    expect(readdirSync(tree)).toEqual([]);
    await hidden.restore();
    await hidden.restore();
    expect(readFileSync(join(tree, '.evil/hooks/start'), 'utf8')).toBe('boo');
    expect(readFileSync(join(tree, 'evil.json'), 'utf8')).toBe('{}');
    expect(leftovers()).toEqual([]);
  });

  it('keeps a file that was created meanwhile', async () => {
    const hidden = await hideProjectConfig(tree, ['evil.json'], dir);
    writeFileSync(join(tree, 'evil.json'), 'new');
    await hidden.restore();
    expect(readFileSync(join(tree, 'evil.json'), 'utf8')).toBe('new');
    expect(leftovers()).toEqual([]);
  });

  it('attack: replace a parent directory by a link; nothing is written outside the tree', async () => {
    const outside = join(dir, 'outside');
    mkdirSync(outside);
    const hidden = await hideProjectConfig(tree, ['.evil/hooks'], dir);
    rmSync(join(tree, '.evil'), { recursive: true });
    symlinkSync(outside, join(tree, '.evil'));
    await hidden.restore();
    expect(readdirSync(outside)).toEqual([]);
  });

  it('attack: replace the whole tree by a link; nothing is written outside', async () => {
    const hidden = await hideProjectConfig(tree, ['evil.json'], dir);
    rmSync(tree, { recursive: true });
    symlinkSync('/tmp', tree);
    await hidden.restore();
    expect(existsSync('/tmp/evil.json')).toBe(false);
  });
});
