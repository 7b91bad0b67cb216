import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { DEFAULT_TASK_ID } from '../../src/tasks/catalogue.js';
import { linux, named } from '../needs.js';
import { Visitor } from './cli.js';
import { startGuardedEndpoint } from './guarded-endpoint.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures/tasks');
const SECRET = 'sk-SECRET-0123456789abcdef';
const missing = inject('opencodeMissing');

/** An endpoint that answers every request by `handler`; null: an address where nothing listens. */
async function serve(handler: RequestListener | null) {
  if (!handler) return { url: 'http://127.0.0.1:1/v1', [Symbol.dispose]() {} };
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Pids of the processes below `pid`, by the process table. */
function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]) === pid;
      } catch {
        return false;
      }
    })
    .map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

describe.skipIf(missing).concurrent(named("an endpoint of the user's own", missing), () => {
  it("counts exactly the calls and tokens that the endpoint's own books show, the probe's apart", async () => {
    using visitor = new Visitor();
    const endpoint = await startGuardedEndpoint(SECRET);
    const agentsMd = join(FIXTURES, DEFAULT_TASK_ID, 'environment/workspace/AGENTS.md');
    const constraint = readFileSync(agentsMd, 'utf8').trim().split('\n').at(-1) ?? '';
    const args = ['check', '--endpoint', endpoint.url, '--model', endpoint.model, '--key', '-'];
    const { code } = await visitor.run(args, { stdin: `${SECRET}\n` });
    await endpoint.close();
    const [record] = visitor.records();
    const sum = (key: 'promptTokens' | 'completionTokens') =>
      endpoint.agentCalls().reduce((total, call) => total + call[key], 0);
    expect(code).toBe(1);
    expect(endpoint.agentCalls().length).toBeGreaterThan(0);
    expect(record?.scores.tokens).toMatchObject({
      model_calls: endpoint.agentCalls().length,
      prompt_tokens: sum('promptTokens'),
      completion_tokens: sum('completionTokens'),
    });
    expect(record?.model_calls.filter(({ probe }) => probe)).toHaveLength(endpoint.probeCalls().length);
    // The task's AGENTS.md reached the model although the project's own config is switched off.
    expect(JSON.stringify(endpoint.agentCalls()[0]?.body)).toContain(constraint);
  });

  it.skipIf(linux)(
    named('attack: look for the key in files, environments and command lines while the agent runs', linux),
    async () => {
      using visitor = new Visitor();
      const endpoint = await startGuardedEndpoint(SECRET);
      const args = [
        'check',
        '--endpoint',
        endpoint.url,
        '--model',
        endpoint.model,
        '--key',
        SECRET,
        '--keep',
      ];
      const seen: string[] = [];
      let looked = 0;
      const { stdout, stderr } = await visitor.run(args, {
        whileRunning: async ({ pid }) => {
          while (readProc(pid, 'stat') !== '') {
            for (const child of descendants(pid)) {
              looked++;
              for (const file of ['environ', 'cmdline']) {
                if (readProc(child, file).includes(SECRET))
                  seen.push(`${file} of ${readProc(child, 'cmdline')}`);
              }
            }
            // Our own command line shows it until the title is set, and not for long.
            if (looked > 0 && readProc(pid, 'cmdline').includes(SECRET)) seen.push('our own command line');
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        },
      });
      await endpoint.close();
      expect(looked).toBeGreaterThan(10);
      expect(seen).toEqual([]);
      expect(visitor.filesHolding(SECRET)).toEqual([]);
      expect(stdout + stderr).not.toContain(SECRET);
    },
  );
});

describe.concurrent('an endpoint that is no use', () => {
  const check = (url: string) => [
    'check',
    '--endpoint',
    url,
    '--model',
    'm',
    '--key',
    SECRET,
    '--timeout',
    '5',
  ];

  const faults: Array<[string, RequestListener | null, RegExp]> = [
    ['refuses the connection', null, /refused/i],
    [
      'answers 401, and says the key back',
      (request, response) => {
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { message: `bad key ${request.headers.authorization}` } }));
      },
      /key/i,
    ],
    [
      'answers 404',
      (_, response) => {
        response.writeHead(404).end('not here');
      },
      /404|not found|no .*chat/i,
    ],
    ['hangs', () => {}, /within|answer/i],
  ];

  it.each(faults)(
    '%s: one clear sentence, exit 3, a saved record, nothing left',
    async (_, handler, sentence) => {
      using visitor = new Visitor();
      using server = await serve(handler);
      const { code, stdout, stderr } = await visitor.run(check(server.url));
      const [record] = visitor.records();
      expect(code).toBe(3);
      expect(stdout).toContain('NOT SCORED');
      expect(record?.explanation).toMatch(sentence);
      expect(record).toMatchObject({ verdict: 'unscored', exit_code: 3, stop_reason: 'not_started' });
      expect(record?.scores.composite.composite).toBeNull();
      expect(record?.scores.measured.composite).toBeNull();
      expect(record?.scores.pass_rate.pass).toBeNull();
      expect(stdout + stderr).not.toContain(SECRET);
      expect(visitor.filesHolding(SECRET)).toEqual([]);
      expect(visitor.litter()).toEqual([]);
    },
  );
});
