import { describe, expect, inject, it } from 'vitest';
import { startDemoModel } from '../../src/endpoint/demo/model.js';
import { Visitor } from '../e2e/cli.js';
import { FAULTS, type FaultName, startFaultyEndpoint } from './faulty-endpoint.js';

const missing = inject('opencodeMissing');

/** Runs real opencode with a model that writes one file, through an endpoint that makes some answers faulty. */
async function runThrough(name: FaultName, when: (call: number) => boolean, timeoutS: number) {
  using visitor = new Visitor();
  const model = await startDemoModel({
    scenario: {
      name: 'oracle',
      workspace: '/nowhere',
      edits: [{ path: 'notes.md', before: null, after: 'one line\n' }],
      finalText: 'Written.',
    },
  });
  const endpoint = await startFaultyEndpoint(model, FAULTS[name], when);
  const args = ['check', '--endpoint', endpoint.url, '--model', model.model, '--timeout', String(timeoutS)];
  const { code } = await visitor.run(args);
  endpoint.close();
  await model.close();
  const [record] = visitor.records();
  if (!record) throw new Error('no record was saved');
  return { code, record };
}

describe.skipIf(missing)(`real opencode${missing ? ` (missing: ${missing})` : ''}`, () => {
  it.concurrent.for<FaultName>([
    'answers 429 with retry-after',
    'answers 503',
    'answers 500',
    'resets the connection in mid-stream',
  ])('recovers from an endpoint that once %s', async (name) => {
    const { record } = await runThrough(name, (call) => call === 1, 60);
    const causes = record.model_calls.filter(({ probe }) => !probe).map(({ cause }) => cause);
    expect(record.stop_reason).toBe('finished');
    expect(record.steps.at(-1)?.text).toBe('Written.');
    expect(causes[0]).not.toBeNull();
    expect(causes.slice(-2)).toEqual([null, null]);
  });

  it.concurrent.for<FaultName>([
    'sends no [DONE]',
    'ends lines with CRLF',
    'never reports usage',
    'sends one byte at a time',
    'compresses unasked',
  ])('works with an endpoint that always %s', async (name) => {
    const { record } = await runThrough(name, () => true, 60);
    const calls = record.model_calls.filter(({ probe }) => !probe);
    expect(record.stop_reason).toBe('finished');
    expect(record.steps.at(-1)?.text).toBe('Written.');
    expect(calls.map(({ cause }) => cause)).toEqual(calls.map(() => null));
    if (name === 'never reports usage') {
      expect(record.scores.tokens.total_tokens).toBeNull();
      expect(record.unmeasured.tokens).toMatch(/usage/);
    } else {
      expect(record.scores.tokens.total_tokens).toBeGreaterThan(0);
    }
  });

  it.concurrent.for<[FaultName, string]>([
    ['answers 401', 'endpoint.auth'],
    ['answers 404', 'endpoint.model_unknown'],
    ['answers 500', 'endpoint.server_error'],
    ['answers 403', 'endpoint.auth'],
    ['answers 413', 'endpoint.request_too_large'],
    ['answers with a web page', 'endpoint.malformed_stream'],
    ['sends broken JSON', 'endpoint.malformed_stream'],
    ['resets the connection in mid-stream', 'endpoint.connection'],
    ['hangs', 'endpoint.too_slow'],
  ])('ends within its time limit, unscored, with an endpoint that always %s', async ([name, cause]) => {
    const { code, record } = await runThrough(name, () => true, 20);
    expect({ code, verdict: record.verdict, cause: record.cause }).toEqual({
      code: 4,
      verdict: 'unscored',
      cause,
    });
    expect(record.scores.composite.composite).toBeNull();
  });

  // A silence of less than two minutes may be a slow model, so the user's time limit counts as the reason.
  it.concurrent('ends by its time limit with an endpoint that always hangs in mid-stream', async () => {
    const { code, record } = await runThrough('hangs in mid-stream', () => true, 20);
    expect({ code, verdict: record.verdict, cause: record.cause }).toEqual({
      code: 1,
      verdict: 'failed',
      cause: 'limit.time',
    });
    expect(record.explanation).toMatch(/still writing its first answer/);
  });
});
