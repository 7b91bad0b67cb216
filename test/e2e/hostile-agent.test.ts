import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeQuickTask } from '../attacks/quick-task.js';
import { bubblewrap, named, programs } from '../needs.js';
import { Visitor } from './cli.js';
import { fakeAgent } from './fake-agent.js';
import { startGuardedEndpoint } from './guarded-endpoint.js';
import { processesNaming } from './processes-naming.js';

const SECRET = 'sk-SECRET-0123456789abcdef';

let endpoint: Awaited<ReturnType<typeof startGuardedEndpoint>>;
beforeAll(async () => {
  endpoint = await startGuardedEndpoint(SECRET);
});
afterAll(() => endpoint.close());

/** `check` with a fake agent that runs `script`, on a task whose tests take no time. */
function check(visitor: Visitor, script: string, ...more: string[]): string[] {
  return checkDefaultTask(visitor, script, '--task', writeQuickTask(join(visitor.dir, 'task')), ...more);
}

function checkDefaultTask(visitor: Visitor, script: string, ...more: string[]): string[] {
  const agent = fakeAgent(visitor.dir, script);
  return [
    ...['check', '--endpoint', endpoint.url, '--model', endpoint.model, '--key', SECRET],
    ...['--agent-bin', agent, ...more],
  ];
}

const sandboxes = [...(bubblewrap === null ? ['required'] : []), 'off'];
const leaving = programs('setsid', 'nohup', 'sleep', 'date');

it.skipIf(bubblewrap)(named('every attack is tried in a sandbox too', bubblewrap), () => {
  expect(sandboxes).toContain('required');
});

describe.concurrent.each(sandboxes)('with --sandbox %s', (sandbox) => {
  it('attack: run for ever and ignore SIGTERM; it is stopped at the limit and nothing is left', async () => {
    using visitor = new Visitor();
    const script = "process.on('SIGTERM', () => {}); await ask(); await sleep(1e8);";
    const { code } = await visitor.run(check(visitor, script, '--timeout', '3', '--sandbox', sandbox));
    const [record] = visitor.records();
    expect(code).toBe(1);
    expect(record).toMatchObject({
      verdict: 'failed',
      stop_reason: 'timed_out',
      cause: 'limit.time',
    });
    expect(record?.banners.join()).toContain('3 s');
    expect(processesNaming(visitor.dir)).toEqual([]);
    expect(visitor.litter()).toEqual([]);
  });

  it.skipIf(leaving)(named('attack: daemonise three ways and write a marker later', leaving), async () => {
    using visitor = new Visitor();
    const marker = join(visitor.dir, 'marker');
    const late = `sh -c 'sleep 2; date > ${marker}; sleep 300'`;
    const script = `
      await ask();
      spawn('setsid', ['sh', '-c', "${late}"], { stdio: 'ignore' }).unref();
      spawn('sh', ['-c', "nohup ${late} >/dev/null 2>&1 & disown 2>/dev/null; exit 0"], { stdio: 'ignore' });
      spawn('sh', ['-c', "(setsid ${late} &) &"], { detached: true, stdio: 'ignore' }).unref();
      await sleep(500);`;
    await visitor.run(check(visitor, script, '--sandbox', sandbox));
    expect(processesNaming(visitor.dir)).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(existsSync(marker)).toBe(false);
  });

  it('attack: never ask the endpoint, print passing tests and exit 0; that is no score', async () => {
    using visitor = new Visitor();
    const script = "console.log('ok 1 - everything'); console.error('my last words');";
    const { code, stdout } = await visitor.run(check(visitor, script, '--sandbox', sandbox));
    expect(code).toBe(4);
    expect(visitor.records()[0]).toMatchObject({ verdict: 'unscored', cause: 'agent.no_calls' });
    expect(stdout).toContain('my last words');
  });

  it('stops an agent that does nothing, at the idle limit', async () => {
    using visitor = new Visitor();
    const script = 'await ask(); await sleep(1e8);';
    await visitor.run(check(visitor, script, '--idle-timeout', '1', '--sandbox', sandbox));
    expect(visitor.records()[0]).toMatchObject({ verdict: 'failed', stop_reason: 'idle' });
  });

  it('lets a silent agent be while a tool of its runs', async () => {
    using visitor = new Visitor();
    const script =
      "await ask(); await new Promise((done) => spawn(process.execPath, ['-e', 'setTimeout(() => {}, 3000)']).on('exit', done)); say('tool done');";
    await visitor.run(check(visitor, script, '--idle-timeout', '1', '--sandbox', sandbox));
    expect(visitor.records()[0]?.stop_reason).toBe('finished');
  });

  it('attack: flood stdout with 64 MB and one endless line', async () => {
    using visitor = new Visitor();
    const script =
      "await ask(); const block = 'x'.repeat(1 << 20); for (let i = 0; i < 64; i++) await new Promise((go) => process.stdout.write(block, go));";
    await visitor.run(check(visitor, script, '--sandbox', sandbox));
    const [record] = visitor.records();
    expect(record?.stop_reason).toBe('finished');
    expect(record?.steps).toEqual([]);
  });

  it('attack: ask without end; the budget ends it after the calls that were allowed', async () => {
    using visitor = new Visitor();
    const script = 'for (;;) await ask();';
    const args = ['--max-calls', '3', '--price', '1,2', '--sandbox', sandbox];
    await visitor.run(check(visitor, script, ...args));
    const [record] = visitor.records();
    const { prompt_tokens, completion_tokens, model_calls } = record?.scores.tokens ?? {};
    expect(record).toMatchObject({ verdict: 'failed', stop_reason: 'budget' });
    expect(model_calls).toBe(3);
    expect(record?.cost?.total).toBeCloseTo(((prompt_tokens ?? 0) + 2 * (completion_tokens ?? 0)) / 1e6, 12);
  });

  it.for([
    ['SIGINT', 130],
    ['SIGTERM', 130],
  ] as const)(
    'on %s it stops the agent, grades what is there and saves',
    async ([signal, exit], { expect }) => {
      using visitor = new Visitor();
      const script =
        "await ask(); fs.writeFileSync('stray.txt', 'left by the agent'); say('ready'); await sleep(1e8);";
      const { code, stdout } = await visitor.run(check(visitor, script, '--sandbox', sandbox), {
        whileRunning: async ({ pid, stderr }) => {
          await expect.poll(stderr, { timeout: 20_000 }).toContain('ready');
          process.kill(pid, signal);
        },
      });
      const [record] = visitor.records();
      expect(code).toBe(exit);
      expect(stdout).toContain('NOT SCORED');
      expect(record).toMatchObject({ verdict: 'unscored', stop_reason: 'interrupted', cause: 'interrupted' });
      expect(record?.scores.blast_radius.added).toEqual(['stray.txt']);
      expect(record?.scores.pass_rate).toMatchObject({ pass: null, exit_code: 1 });
      expect(record?.scores.composite.composite).toBeNull();
      expect(processesNaming(visitor.dir)).toEqual([]);
    },
  );

  it('after a SIGKILL of ours nothing goes on running, and the next run clears away the rest', async ({
    expect,
  }) => {
    using visitor = new Visitor();
    const script = "await ask(); say('ready'); await sleep(1e8);";
    // A task directory would have a copy of its own in the temp dir.
    const args = checkDefaultTask(visitor, script, '--sandbox', sandbox);
    const killed = await visitor.run(args, {
      whileRunning: async ({ pid, stderr }) => {
        await expect.poll(stderr, { timeout: 20_000 }).toContain('ready');
        process.kill(pid, 'SIGKILL');
      },
    });
    expect(killed.code).toBe(128 + constants.signals.SIGKILL);
    // Within moments, and with no help: by the namespace, or by the watchdog where there is none.
    await expect.poll(() => processesNaming(visitor.dir), { timeout: 20_000 }).toEqual([]);
    expect(visitor.litter()).toHaveLength(1);
    const next = ['check', '--endpoint', 'http://127.0.0.1:1/v1', '--model', 'm', '--sandbox', sandbox];
    expect((await visitor.run(next)).code).toBe(3);
    expect(processesNaming(visitor.dir)).toEqual([]);
    expect(visitor.litter()).toEqual([]);
  });

  it('on a second SIGINT it quits at once and leaves nothing', async ({ expect }) => {
    using visitor = new Visitor();
    const script = "process.on('SIGTERM', () => {}); await ask(); say('ready'); await sleep(1e8);";
    const { code } = await visitor.run(check(visitor, script, '--sandbox', sandbox), {
      whileRunning: async ({ pid, stderr }) => {
        await expect.poll(stderr, { timeout: 20_000 }).toContain('ready');
        process.kill(pid, 'SIGINT');
        process.kill(pid, 'SIGTERM');
      },
    });
    expect(code).toBe(130);
    expect(processesNaming(visitor.dir)).toEqual([]);
    expect(visitor.litter()).toEqual([]);
    expect(visitor.records()[0]?.stop_reason).toBe('interrupted');
  });
});

describe.skipIf(bubblewrap).concurrent(named('inside the sandbox', bubblewrap), () => {
  it('attack: dump all of /proc, the environment and the home; the key is nowhere', async () => {
    using visitor = new Visitor();
    const script = `
      await ask();
      for (const pid of fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name))) {
        for (const file of ['environ', 'cmdline', 'maps']) {
          try { fs.writeFileSync(\`dump-\${pid}-\${file}\`, fs.readFileSync(\`/proc/\${pid}/\${file}\`)); } catch {}
        }
      }
      spawn('sh', ['-c', 'env; cat /proc/*/environ; find / -xdev -name "*.jsonl" -o -xdev -name "record.json" 2>/dev/null'], { stdio: 'inherit' });
      await sleep(1500);`;
    await visitor.run(check(visitor, script, '--keep'));
    const [record] = visitor.records();
    expect(record?.scores.blast_radius.added.some((path) => path.startsWith('dump-'))).toBe(true);
    expect(visitor.filesHolding(SECRET)).toEqual([]);
  });

  it('attack: reach the endpoint directly, another port and the internet', async () => {
    using visitor = new Visitor();
    const script = `
      await ask();
      for (const url of ['${endpoint?.url ?? ''}', 'http://1.1.1.1/', 'http://example.com/']) {
        const outcome = await fetch(url || 'http://127.0.0.1:9/', { signal: AbortSignal.timeout(3000) }).then(() => 'REACHED', () => 'blocked');
        say(outcome + ' ' + url);
      }`;
    await visitor.run(check(visitor, script, '--keep'));
    const said = visitor.records()[0]?.steps.map(({ text }) => text?.split(' ')[0]);
    expect(said).toEqual(['blocked', 'blocked', 'blocked']);
    expect(visitor.records()[0]?.direct_egress).toBe('blocked');
  });
});

it('runs from a temp dir whose path is too long for a unix socket', async () => {
  using visitor = new Visitor();
  const TMPDIR = join(visitor.temp, 'a-directory-with-a-long-name'.repeat(4));
  mkdirSync(TMPDIR);
  const { code } = await visitor.run(check(visitor, 'await ask();'), { env: { TMPDIR } });
  expect(code).toBe(1);
  expect(visitor.records()[0]).toMatchObject({ verdict: 'failed', stop_reason: 'finished' });
  expect(readdirSync(TMPDIR)).toEqual([]);
});

describe('an endpoint that fails under way', () => {
  it('unscored, with the cause, when every call of the agent is answered 429', async () => {
    using visitor = new Visitor();
    const { createServer } = await import('node:http');
    let probes = 0;
    const server = createServer(async (request, response) => {
      const { text } = await import('node:stream/consumers');
      const body = await text(request);
      if (body.includes('look_up_word')) {
        probes++;
        const forwarded = await fetch(`${endpoint.url}/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' },
          body,
        });
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        return response.end(await forwarded.text());
      }
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '20' });
      response.end(JSON.stringify({ error: { message: 'Rate limit reached', code: 'rate_limit_exceeded' } }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : null;
    const agent = fakeAgent(visitor.dir, 'for (let i = 0; i < 3; i++) await ask();');
    const { code, stdout } = await visitor.run([
      'check',
      '--endpoint',
      `http://127.0.0.1:${port}/v1`,
      '--model',
      endpoint.model,
      '--agent-bin',
      agent,
    ]);
    server.closeAllConnections();
    server.close();
    expect(probes).toBeGreaterThan(0);
    expect(code).toBe(4);
    expect(visitor.records()[0]).toMatchObject({ verdict: 'unscored', cause: 'endpoint.rate_limited' });
    expect(stdout.replace(/\s+/g, ' ')).toContain('3 of 3 calls: infrastructure, not capability');
    expect(stdout).toContain('20 s');
  });
});
