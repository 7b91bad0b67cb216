import { expect, it } from 'vitest';
import { normaliseEndpoint } from '../../../src/endpoint/probe/normalise-endpoint.js';
import { UsageError } from '../../../src/model/errors.js';

it.each([
  ['http://127.0.0.1:8080/v1', 'http://127.0.0.1:8080/v1', false],
  ['http://127.0.0.1:8080/v1/', 'http://127.0.0.1:8080/v1', false],
  ['  https://host.test/api/v1// ', 'https://host.test/api/v1', false],
  ['http://localhost:11434', 'http://localhost:11434', false],
  ['https://host.test/v1/chat/completions', 'https://host.test/v1', true],
  ['https://host.test/v1/models/', 'https://host.test/v1', true],
  ['https://host.test/openai/v1/responses?api-version=1', 'https://host.test/openai/v1?api-version=1', true],
  ['localhost:8080/v1', 'http://localhost:8080/v1', true],
  ['192.168.1.20:1234', 'http://192.168.1.20:1234', true],
  ['[::1]:8080/v1', 'http://[::1]:8080/v1', true],
  ['api.host.test/v1', 'https://api.host.test/v1', true],
  ['HTTPS://Host.test/V1#x', 'https://host.test/V1', false],
])('%s becomes %s', (given, baseUrl, isCorrected) => {
  const { correction, ...rest } = normaliseEndpoint(given);
  expect(rest).toEqual({ baseUrl });
  expect(correction !== null).toBe(isCorrected);
});

it.each([
  '',
  '   ',
  'http://',
  'ftp://host.test/v1',
  'file:///etc/passwd',
  'http://a b/v1',
  'https://u:secret-p@host.test/v1',
  'https://host.test/v1?api_key=secret-p',
])('refuses %j without repeating it', (given) => {
  let error: unknown;
  try {
    normaliseEndpoint(given);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(UsageError);
  expect(error).toMatchObject({ code: 'usage.bad_endpoint', fix: expect.stringMatching(/\.$/) });
  expect(JSON.stringify([String(error), error])).not.toContain('secret-p');
});
