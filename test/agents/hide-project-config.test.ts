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
import { hideProjectConfig } from '../../src/agents/hide-project-config.js';

let dir: string;
let tree: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cab-aside-'));
  tree = join(dir, 'tree');
  mkdirSync(join(tree, '.evil/hooks'), { recursive: true });
  writeFileSync(join(tree, '.evil/hooks/start'), 'boo');
  writeFileSync(join(tree, 'evil.json'), '{}');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const rest = () => readdirSync(dir).filter((name) => name !== 'tree');

describe('setAside', () => {
  it('takes files and directories away, and puts them back', async () => {
    const aside = await hideProjectConfig(tree, ['.evil', 'evil.json', 'not-there', 'evil.json/deeper'], dir);
    expect(readdirSync(tree)).toEqual([]);
    await aside.restore();
    await aside.restore();
    expect(readFileSync(join(tree, '.evil/hooks/start'), 'utf8')).toBe('boo');
    expect(readFileSync(join(tree, 'evil.json'), 'utf8')).toBe('{}');
    expect(rest()).toEqual([]);
  });

  it('keeps what was made in the meantime', async () => {
    const aside = await hideProjectConfig(tree, ['evil.json'], dir);
    writeFileSync(join(tree, 'evil.json'), 'new');
    await aside.restore();
    expect(readFileSync(join(tree, 'evil.json'), 'utf8')).toBe('new');
    expect(rest()).toEqual([]);
  });

  it('attack: put a link where the parent was; nothing is written outside the tree', async () => {
    const outside = join(dir, 'outside');
    mkdirSync(outside);
    const aside = await hideProjectConfig(tree, ['.evil/hooks'], dir);
    rmSync(join(tree, '.evil'), { recursive: true });
    symlinkSync(outside, join(tree, '.evil'));
    await aside.restore();
    expect(readdirSync(outside)).toEqual([]);
  });

  it('attack: remove the whole tree; it is not made again', async () => {
    const aside = await hideProjectConfig(tree, ['evil.json'], dir);
    rmSync(tree, { recursive: true });
    symlinkSync('/tmp', tree);
    await aside.restore();
    expect(existsSync('/tmp/evil.json')).toBe(false);
  });
});
