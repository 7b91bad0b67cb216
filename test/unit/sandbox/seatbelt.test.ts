import { expect, test } from 'vitest';
import { seatbeltProfile } from '../../../src/sandbox/wrappers/seatbelt.js';

/** Evaluates a profile like Seatbelt: the last matching rule decides. Supports only the forms that the profile uses. */
function verdict(profile: string, operation: string, path: string): 'allow' | 'deny' {
  let last: 'allow' | 'deny' = 'deny';
  for (const line of profile.split('\n')) {
    const rule = /^\((allow|deny) (.*)\)$/.exec(line);
    if (!rule) continue;
    const [, what, rest = ''] = rule;
    const operations = rest.split('(')[0]?.trim().split(' ') ?? [];
    const covers = operations.some(
      (each) =>
        each === 'default' ||
        each === operation ||
        (each.endsWith('*') && operation.startsWith(each.slice(0, -1))),
    );
    const filters = [...rest.matchAll(/\((subpath|literal) "((?:[^"\\]|\\.)*)"\)/g)];
    const matches =
      filters.length === 0 ||
      filters.some(([, kind, raw = '']) => {
        const at = raw.replaceAll(/\\(.)/g, '$1');
        return path === at || (kind === 'subpath' && path.startsWith(`${at}/`));
      });
    if (covers && matches) last = what as 'allow' | 'deny';
  }
  return last;
}

const profile = seatbeltProfile(
  [
    { kind: 'mask', at: '/Users', directory: true },
    { kind: 'read', at: '/Users/me/agent', from: '/Users/me/agent' },
    { kind: 'write', at: '/Users/me/work "1"', from: '/Users/me/work "1"' },
    { kind: 'mask', at: '/Users/me/agent/hidden', directory: true },
  ],
  { port: 4242, socketPath: '/x' },
);

test.each([
  ['file-read-data', '/usr/lib/dyld', 'allow'],
  ['file-write-data', '/usr/lib/dyld', 'deny'],
  ['file-write-data', '/dev/null', 'allow'],
  ['file-read-data', '/Users/me/.ssh/id_ed25519', 'deny'],
  ['file-read-data', '/Users/me/agent/bin', 'allow'],
  ['file-write-data', '/Users/me/agent/bin', 'deny'],
  ['file-read-data', '/Users/me/agent/hidden/answer', 'deny'],
  ['file-read-data', '/Users/me/work "1"/a', 'allow'],
  ['file-write-create', '/Users/me/work "1"/a', 'allow'],
  ['file-write-create', '/Users/me/work', 'deny'],
] as const)('%s of %s: %s', (operation, path, expected) => {
  expect(verdict(profile, operation, path)).toBe(expected);
});

test('allows only the meter, and no network without one', () => {
  expect(profile.match(/network-outbound.*/g)).toEqual(['network-outbound (remote ip "localhost:4242"))']);
  expect(profile.indexOf('(deny network*)')).toBeLessThan(profile.indexOf('network-outbound'));
  expect(seatbeltProfile([], null)).not.toContain('network-outbound');
});

test('has balanced parentheses', () => {
  const bare = profile.replaceAll(/"(?:[^"\\]|\\.)*"/g, '');
  expect(bare.split('(').length).toBe(bare.split(')').length);
});
