import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { writeQuickTask } from '../attacks/quick-task.js';
import { named } from '../needs.js';
import { Visitor } from './cli.js';
import { fakeAgent } from './fake-agent.js';
import {
  beginStream,
  refuse,
  type ScriptedCall,
  startScriptedEndpoint,
  streamOnce,
} from './scripted-endpoint.js';

type Answer = (call: ScriptedCall) => boolean;
type Bad = (call: ScriptedCall) => false;

const missing = inject('opencodeMissing');

/** Runs an agent against an endpoint that answers as `answer` says: `script` on a quick task, or real opencode on the default task. */
async function run(answer: Answer, { script, args = [] }: { script?: string; args?: string[] } = {}) {
  using visitor = new Visitor();
  await using endpoint = await startScriptedEndpoint(answer);
  const scripted =
    script === undefined
      ? []
      : ['--agent-bin', fakeAgent(visitor.dir, script), '--task', writeQuickTask(join(visitor.dir, 'task'))];
  const { code, stdout } = await visitor.run([
    ...['check', '--endpoint', endpoint.url, '--model', endpoint.model, ...scripted, ...args],
  ]);
  const [record] = visitor.records();
  if (!record) throw new Error('no record was saved');
  const calls = record.model_calls.filter(({ probe }) => !probe);
  return { code, record, calls, stdout: stdout.replace(/\s+/g, ' ') };
}

const afterGood =
  (good: number, bad: Bad): Answer =>
  (call) =>
    call.n <= good ? true : bad(call);

const PROXY_PAGE =
  '<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n<center><h1>413 Request Entity Too Large</h1></center>\r\n<hr><center>nginx/1.27.3</center>\r\n</body>\r\n</html>\r\n';
const TOO_LONG = {
  error: {
    code: 400,
    message: 'request (7514 tokens) exceeds the available context size (4096 tokens), try increasing it',
    type: 'exceed_context_size_error',
  },
};
const BOTH_LENGTHS = /7,514 tokens.*4,096 tokens/;
const crashed: Bad = ({ response }) =>
  refuse(response, 400, { error: 'The model has crashed without additional information.' });
const alternating: Bad = ({ response }) =>
  refuse(response, 400, {
    object: 'error',
    message: 'Conversation roles must alternate user/assistant/user/assistant/...',
    type: 'BadRequestError',
    code: 400,
  });
const withoutFit: Answer = ({ body, response }) =>
  body.tools?.length ? refuse(response, 400, TOO_LONG) : true;

/** Asks with tools until it is refused, as agents do, and exits with an error then. */
const ASKS = `for (let n = 0; n < 4; n++) {
  if ((await ask('/chat/completions', {}, { tools })).status !== 200) { await ask(); process.exit(1); }
}`;
const ASKS_ON =
  "for (;;) { await ask('/chat/completions', {}, { tools }).catch(() => {}); await sleep(200); }";

describe.concurrent('an endpoint that stops serving in mid-run', () => {
  it.each<[string, Bad, string, RegExp]>([
    ['its model crashed', crashed, 'endpoint.bad_request', /HTTP 400: The model has crashed/],
    ['its template wants alternating roles', alternating, 'endpoint.bad_request', /roles must alternate/],
    [
      'it knows not a field',
      ({ response }) =>
        refuse(response, 422, { detail: [{ loc: ['x'], msg: 'extra inputs are not permitted' }] }),
      'endpoint.bad_request',
      /extra inputs are not permitted/,
    ],
    [
      'a proxy limits the body',
      ({ response }) => refuse(response, 413, PROXY_PAGE),
      'endpoint.request_too_large',
      /HTTP 413: 413 Request Entity Too Large.*nginx/,
    ],
    [
      'the key was withdrawn',
      ({ response }) => refuse(response, 401, { error: { message: 'This key was revoked.' } }),
      'endpoint.auth',
      /This key was revoked/,
    ],
    [
      'the rate is limited',
      ({ response }) => refuse(response, 429, { error: { message: 'Too many requests' } }),
      'endpoint.rate_limited',
      /Too many requests/,
    ],
  ])('%s: unscored, with the request and the words', async (_, bad, cause, words) => {
    const { code, record, stdout } = await run(afterGood(2, bad), { script: ASKS });
    expect({ code, verdict: record.verdict, cause: record.cause }).toEqual({
      code: 4,
      verdict: 'unscored',
      cause,
    });
    expect(record.explanation).toMatch(/The endpoint refused request 3 after accepting 2: /);
    expect(record.explanation).toMatch(words);
    expect(stdout).toMatch(words);
    expect([record.scores.composite.composite, record.scores.pass_rate.pass]).toEqual([null, null]);
  });

  it('it drops the connection: unscored', async () => {
    const dropped = afterGood(2, ({ response }) => {
      beginStream(response)('Let me');
      setTimeout(() => response.destroy(), 50);
      return false;
    });
    const { code, record } = await run(dropped, { script: ASKS_ON, args: ['--timeout', '5'] });
    expect({ code, cause: record.cause }).toEqual({ code: 4, cause: 'endpoint.connection' });
    expect(record.explanation).toMatch(/failed at request 3 after accepting 2/);
  });
});

describe.concurrent('what the model did', () => {
  it.each<[string, Answer, { code: number; cause: string }]>([
    [
      'no request fits; only the summary is answered',
      withoutFit,
      { code: 4, cause: 'model.context_overflow' },
    ],
    [
      'the conversation outgrew the context',
      (call) => call.n <= 2 || withoutFit(call),
      { code: 1, cause: 'model.context_overflow' },
    ],
  ])('%s: both lengths are told', async (_, answer, expected) => {
    const { code, record, calls } = await run(answer, { script: ASKS });
    expect({ code, cause: record.cause }).toEqual(expected);
    expect(calls.at(-1)).toMatchObject({ offered_tools: 0, cause: null });
    expect(record.explanation).toMatch(BOTH_LENGTHS);
    expect(record.banners.join()).not.toContain('never called a tool');
  });

  it.each<[string, Bad, string]>([
    [
      'it wrote a call that the server could not read',
      ({ response }) =>
        refuse(response, 400, { error: { message: 'Failed to call a function.', code: 'tool_use_failed' } }),
      'model.malformed_call',
    ],
    [
      'it wrote a call with broken arguments',
      ({ response }) => {
        const call = {
          index: 0,
          id: 'a',
          type: 'function',
          function: { name: 'read', arguments: '{"path":' },
        };
        return streamOnce(response, { tool_calls: [call] }, 'tool_calls');
      },
      'model.malformed_call',
    ],
    [
      'it only thought',
      ({ response }) => streamOnce(response, { reasoning_content: 'Hm.' }),
      'model.empty_reply',
    ],
  ])('%s: failed', async (_, bad, cause) => {
    const { code, record } = await run(afterGood(2, bad), {
      script: "for (let n = 0; n < 3; n++) await ask('/chat/completions', {}, { tools, stream: true });",
    });
    expect({ code, cause: record.cause }).toEqual({ code: 1, cause });
  });
});

describe.concurrent('our own limits', () => {
  const limited = { script: ASKS_ON, args: ['--timeout', '5'] };

  it('time runs out while the first answer is written: failed, and nothing is told as the word of the endpoint', async () => {
    const { code, record, calls, stdout } = await run(({ response }) => {
      const write = beginStream(response);
      const pace = setInterval(() => write('word '), 100);
      response.on('close', () => clearInterval(pace));
      return false;
    }, limited);
    expect({ code, cause: record.cause }).toEqual({ code: 1, cause: 'limit.time' });
    expect(record.explanation).toBe('The model was still writing its first answer when the run was stopped.');
    expect(calls.map(({ cause }) => cause)).toEqual(['cut_off']);
    expect(stdout).not.toMatch(/It said|hung up|overloaded|did not answer/);
  });

  it('time runs out before the first answer begins: unscored', async () => {
    const { code, record, stdout } = await run(() => false, limited);
    expect({ code, cause: record.cause }).toEqual({ code: 4, cause: 'endpoint.too_slow' });
    expect(stdout).not.toMatch(/It said|hung up/);
  });

  it('refused calls do not count toward --max-calls', async () => {
    const { record, calls } = await run(
      ({ n, response }) => (n <= 3 ? refuse(response, 503, { error: { message: 'busy' } }) : true),
      { script: ASKS_ON, args: ['--max-calls', '2', '--timeout', '60'] },
    );
    expect(record.cause).toBe('limit.calls');
    expect(calls.map(({ status }) => status)).toEqual([503, 503, 503, 200, 200]);
  });
});

describe.skipIf(missing).concurrent(named('real opencode', missing), () => {
  it.each<[string, Answer, string, RegExp]>([
    [
      'the model crashed',
      afterGood(2, crashed),
      'endpoint.bad_request',
      /refused request 3 after accepting 2.*has crashed/,
    ],
    [
      'the template wants alternating roles',
      afterGood(1, alternating),
      'endpoint.bad_request',
      /refused request 2 after accepting 1.*alternate/,
    ],
    ['no request fits', withoutFit, 'model.context_overflow', BOTH_LENGTHS],
  ])('%s: unscored, with the reason', { timeout: 180_000 }, async (_, answer, cause, words) => {
    // opencode asks for a summary again and again when nothing fits.
    const { code, record } = await run(answer, { args: ['--timeout', '90', '--max-calls', '3'] });
    expect({ code, cause: record.cause }).toEqual({ code: 4, cause });
    expect(record.explanation).toMatch(words);
  });
});
