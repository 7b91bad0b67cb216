import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { adapters } from '../../../src/agents/adapters.js';
import { KNOWN_ARCHIVES } from '../../../src/agents/install/known-archives.js';
import { verifyTarballs } from '../../../src/agents/install/verify-tarballs.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cab-tarballs-'));
  mkdirSync(join(dir, 'node_modules'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const known = { 'agent@1.0.0': 'sha512-right', 'agent@1.0.0-linux-x64': 'sha512-native' };
function installed(packages: object) {
  writeFileSync(join(dir, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
}

test('accepts known packages with the right checksum, and unknown ones', async () => {
  installed({
    'node_modules/agent': { version: '1.0.0', integrity: 'sha512-right' },
    'node_modules/agent-linux-x64': {
      name: 'agent',
      version: '1.0.0-linux-x64',
      integrity: 'sha512-native',
    },
    'node_modules/agent/node_modules/dep': { version: '2.0.0', integrity: 'sha512-any' },
  });
  await verifyTarballs(dir, known);
});

test.each([
  [
    'a different tarball for a known version',
    { 'node_modules/agent': { version: '1.0.0', integrity: 'sha512-evil' } },
    'sha512-evil',
  ],
  [
    'a different binary under an alias',
    { 'node_modules/x': { name: 'agent', version: '1.0.0-linux-x64', integrity: 'sha512-evil' } },
    'sha512-evil',
  ],
  ['a known version without a checksum', { 'node_modules/agent': { version: '1.0.0' } }, 'no checksum'],
  [
    'a different nested package',
    { 'node_modules/a/node_modules/agent': { version: '1.0.0', integrity: 'sha1-x' } },
    'sha1-x',
  ],
])('attack: the registry gives %s', async (_, packages, actual) => {
  installed(packages);
  await expect(verifyTarballs(dir, known)).rejects.toThrow(`(${actual}, not sha512-`);
});

test('attack: npm writes no lock file', async () => {
  await expect(verifyTarballs(dir, known)).rejects.toThrow('npm wrote no list of the installed packages');
});

test('every npm pin has a known checksum', () => {
  const pins = adapters.flatMap(({ pins }) => pins).filter((pin) => pin.kind === 'npm');
  expect(pins.length).toBeGreaterThan(5);
  for (const pin of pins) expect(KNOWN_ARCHIVES).toHaveProperty([`${pin.package}@${pin.version}`]);
});
