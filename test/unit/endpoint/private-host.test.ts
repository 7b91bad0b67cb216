import { expect, it } from 'vitest';
import { isPrivateHost } from '../../../src/endpoint/probe/normalise-endpoint.js';

const hostOf = (authority: string) => new URL(`http://${authority}/v1`).hostname;

it.each([
  'localhost',
  'my-server',
  'box.local',
  'box.lan',
  'api.internal',
  '127.0.0.1',
  '127.1',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.20:1234',
  '[::1]:8080',
  '[fc00::1]',
  '[fdff:ffff::1]',
  '[fe80::1]',
  '[febf::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:10.0.0.1]',
  '[::ffff:192.168.1.1]',
])('%s is private', (authority) => {
  expect(isPrivateHost(hostOf(authority))).toBe(true);
});

it.each([
  'host.test',
  'local.host.test',
  '8.8.8.8',
  '11.0.0.1',
  '172.15.0.1',
  '172.32.0.1',
  '192.169.0.1',
  '[2001:db8::1]:8080',
  '[2606:4700::1111]',
  '[fbff::1]',
  '[fe00::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[::2]',
  '[::ffff:8.8.8.8]',
  '[::ffff:172.32.0.1]',
  '[64:ff9b::7f00:1]',
])('%s is public', (authority) => {
  expect(isPrivateHost(hostOf(authority))).toBe(false);
});
