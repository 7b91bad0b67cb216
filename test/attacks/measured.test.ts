import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import * as z from 'zod/mini';
import type { RunRecord } from '../../src/model/record.js';
import { Visitor } from '../e2e/cli.js';
import { attack } from './attack.js';
import { type AttemptSource, newKey, runAttackingAgent } from './attacking-agent.js';
import { writeQuickTask } from './quick-task.js';

const requestSchema = z.object({ messages: z.array(z.object({ content: z.unknown() })) });

/** Answers every request. The last message selects the reported `usage`; in preflight there is a default. */
const server = createServer(async (request, response) => {
  response.setHeader('content-type', 'application/json');
  if (request.method === 'GET') return response.end(JSON.stringify({ data: [{ id: 'liar' }] }));
  const { messages } = requestSchema.parse(await json(request));
  const asked = String(messages.at(-1)?.content ?? '');
  const wanted = /^usage (.*)$/s.exec(asked)?.[1];
  const usage = wanted === undefined ? { prompt_tokens: 7, completion_tokens: 3 } : JSON.parse(wanted);
  const message = { role: 'assistant', content: 'done' };
  response.end(
    JSON.stringify({
      id: 'c',
      model: 'liar',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      ...(usage !== null && { usage }),
    }),
  );
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => server.close());

const HONEST = '{"prompt_tokens":1000,"completion_tokens":50}';

/** A passing run of an agent that makes one call for each usage, then executes `after`. */
async function measure(usages: readonly string[], after: AttemptSource = ''): Promise<RunRecord> {
  using visitor = new Visitor();
  const asks = usages.map((usage) => `await call(${JSON.stringify(`usage ${usage}`)});`).join('\n');
  const { record } = await runAttackingAgent(visitor, {
    attempts: {
      asks: `
        const call = (content) => fetch(provider.options.baseURL + '/chat/completions', {
          method: 'POST',
          headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' },
          body: JSON.stringify({ model: 'liar', messages: [{ role: 'user', content }] }),
        }).then((answer) => answer.text());
        ${asks}
        ${after}`,
    },
    world: {},
    endpoint: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, model: 'liar' },
    args: ['--key', newKey(), '--task', writeQuickTask(join(visitor.dir, 'task'), { verifier: 'exit 0' })],
  });
  expect(record.verdict).toBe('passed');
  return record;
}

const LIES: Record<string, string> = {
  'no usage at all': 'null',
  'a usage of zeros': '{"prompt_tokens":0,"completion_tokens":0}',
  'a negative count': '{"prompt_tokens":-1000,"completion_tokens":50}',
  'a count as text': '{"prompt_tokens":"1","completion_tokens":"1"}',
  'a fraction of a token': '{"prompt_tokens":0.5,"completion_tokens":0.5}',
  'a sum beyond the largest number': '{"prompt_tokens":1e308,"completion_tokens":1e308}',
  'half of the usage': '{"prompt_tokens":1000}',
};

describe('unmeasured tokens', () => {
  for (const [name, usage] of Object.entries(LIES)) {
    attack(`an endpoint reports ${name}`, { aim: 'measured' }, async () => {
      // The agent's own first call reports honest usage.
      const { scores, unmeasured, tokens_known_subtotal } = await measure([HONEST, usage]);
      expect(scores.tokens).toMatchObject({
        total_tokens: null,
        tokens_per_correct_task: null,
        model_calls: 3,
      });
      expect(unmeasured.tokens).toMatch(/usage/);
      expect(tokens_known_subtotal).toEqual({
        prompt_tokens: 1_007,
        completion_tokens: 53,
        calls_with_usage: 2,
      });
      expect(scores.measured.axes).not.toContain('cost');
      expect(scores.measured.cost_efficiency).toBeNull();
    });
  }
});

describe('measured tokens', () => {
  attack('an agent reports fewer tokens than the endpoint', { aim: 'measured' }, async () => {
    const { scores } = await measure(
      [HONEST],
      "console.log(JSON.stringify({ type: 'step_finish', part: { cost: 0, tokens: { input: 1, output: 1, total: 2 } } }));",
    );
    expect(scores.tokens).toMatchObject({
      prompt_tokens: 1_007,
      completion_tokens: 53,
      total_tokens: 1_060,
      model_calls: 2,
    });
    expect(scores.measured.axes).toContain('cost');
  });
});
