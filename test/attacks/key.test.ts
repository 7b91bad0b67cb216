import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { Visitor } from '../e2e/cli.js';
import { linux } from '../needs.js';
import { attack } from './attack.js';
import { type AttackRun, type AttemptSource, newKey, plant, runAttackingAgent } from './attacking-agent.js';
import { GUARDS } from './guards.js';
import { ECHOES, startHostileEndpoint } from './hostile-endpoint.js';
import { writeQuickTask } from './quick-task.js';

let endpoint: Awaited<ReturnType<typeof startHostileEndpoint>>;
beforeAll(async () => {
  endpoint = await startHostileEndpoint();
});
afterAll(() => endpoint.close());

const OF_ALL_PROCESSES = (files: string) =>
  `return fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).map((pid) => ${files}.map((file) => { try { return read('/proc/' + pid + '/' + file); } catch { return ''; } }).join('')).join('');`;

/** Searches that must fail with and without a sandbox, if the key was not given in the environment. */
const SEARCHES: Record<string, AttemptSource> = {
  'in its own environment and arguments':
    'return JSON.stringify([process.env, process.argv, process.execArgv]);',
  'in the arguments of every process': OF_ALL_PROCESSES("['cmdline', 'comm']"),
  'in the environment of every process': OF_ALL_PROCESSES("['environ']"),
  'in its home, its config and its workspace':
    "return everything(os.homedir()) + everything('.') + everything(os.tmpdir());",
  "in the rest of the run's temp dir": "return everything(path.resolve('..'));",
  'in the errors of the meter': `
    const answers = [];
    for (const [method, path, headers, body] of [
      ['POST', '/chat/completions', {}, '{'], ['POST', '/chat/completions', {}, ''], ['GET', '/models', {}],
      ['POST', '/embeddings', {}, '{}'], ['DELETE', '/models/x', {}], ['GET', '/models/none', {}], ['POST', '/responses', {}, '[]'],
      ['POST', '/chat/completions', { authorization: 'Bearer x' }, '{}'], ['POST', '/chat/completions', { 'content-encoding': 'gzip' }, '{}'],
      ['POST', '/chat/completions', {}, JSON.stringify({ model: 'x'.repeat(1 << 20), messages: 7 })],
    ]) {
      const answer = await fetch(provider.options.baseURL + path, { method, headers: { authorization: 'Bearer ' + token, ...headers }, ...(body === undefined ? {} : { body }) });
      answers.push(answer.status, JSON.stringify([...answer.headers]), await answer.text());
    }
    return answers.join('\\n');`,
  'in what TRACE, OPTIONS and broken requests bring back': `
    const port = Number(new URL(provider.options.baseURL).port);
    const auth = 'Host: 127.0.0.1\\r\\nAuthorization: Bearer ' + token + '\\r\\n';
    const answers = [];
    for (const head of ['TRACE /v1/chat/completions HTTP/1.1\\r\\n' + auth, 'OPTIONS * HTTP/1.1\\r\\n' + auth, 'GET /v1/models HTTP/1.1\\r\\n' + auth + 'Upgrade: websocket\\r\\nConnection: upgrade\\r\\n', 'POST /v1/chat/completions HTTP/1.1\\r\\n' + auth + 'Content-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n', 'nonsense', 'GET /v1/models HTTP/9.9\\r\\n' + auth])
      answers.push(await reach({ port, host: '127.0.0.1' }, head + 'Connection: close\\r\\n\\r\\n').catch(String));
    return answers.join('\\n');`,
  ...Object.fromEntries(
    Object.keys(ECHOES).map((name) => [
      `from an endpoint that echoes it ${name}`,
      `const answer = await fetch(provider.options.baseURL + '/chat/completions', { method: 'POST', redirect: 'manual', headers: { authorization: 'Bearer ' + token }, body: JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'echo ${name}' }] }) });
      const text = JSON.stringify([...answer.headers]) + await answer.text();
      return text + decodeURIComponent(text.replaceAll('%', '%25')).replaceAll('\\\\/', '/');`,
    ]),
  ),
};
/** Searches that succeed without a sandbox, because a user may read all their processes. See SECURITY.md. */
const MEMORY_SEARCHES: Record<string, AttemptSource> = {
  'in the memory of every process': `
    let found = '';
    for (const pid of fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name) && Number(name) !== process.pid)) {
      try {
        const memory = fs.openSync('/proc/' + pid + '/mem', 'r');
        for (const line of read('/proc/' + pid + '/maps').split('\\n').filter((line) => / rw/.test(line))) {
          const [from, to] = line.split(' ')[0].split('-').map((hex) => Number.parseInt(hex, 16));
          const bytes = Buffer.alloc(Math.min(to - from, 1 << 24));
          try { fs.readSync(memory, bytes, 0, bytes.length, from); found += bytes.toString('latin1').match(/sk-SECRET-[0-9a-f]{32}/g) ?? ''; } catch {}
        }
      } catch {}
    }
    return found;`,
  'in the open files of every process':
    "return fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).map((pid) => { try { return fs.readdirSync('/proc/' + pid + '/fd').map((fd) => { const at = '/proc/' + pid + '/fd/' + fd; return fs.statSync(at).isFile() && fs.statSync(at).size < 1 << 24 ? read(at) : ''; }).join(''); } catch { return ''; } }).join('');",
  'in the key file': 'return world.keyFile === null ? String() : read(world.keyFile);',
};

/** Ways to give the key to the program. */
const KEY_FORMS = ['--key', '--key-file', '--key -', 'CAB_KEY'] as const;

for (const { guard, flag } of GUARDS) {
  describe.each(guard === 'bubblewrap' ? KEY_FORMS : KEY_FORMS.filter((form) => form !== 'CAB_KEY'))(
    `the key by %s, ${guard}`,
    (form) => {
      const key = newKey();
      const visitor = new Visitor();
      let run: AttackRun;
      const searches = guard === 'bubblewrap' ? { ...SEARCHES, ...MEMORY_SEARCHES } : SEARCHES;

      beforeAll(async () => {
        const keyFile = form === '--key-file' ? plant(join(visitor.home, 'key'), `${key}\n`) : null;
        run = await runAttackingAgent(visitor, {
          attempts: searches,
          world: { keyFile },
          endpoint,
          args: [
            ...{
              '--key': ['--key', key],
              '--key-file': ['--key-file', keyFile ?? ''],
              '--key -': ['--key', '-'],
              CAB_KEY: [],
            }[form],
            ...[
              '--sandbox',
              flag,
              '--capture',
              '--keep',
              '--task',
              writeQuickTask(join(visitor.dir, 'task')),
            ],
          ],
          run: {
            ...(form === '--key -' && { stdin: `${key}\n` }),
            ...(form === 'CAB_KEY' && { env: { CAB_KEY: key } }),
          },
        });
        if (keyFile !== null) writeFileSync(keyFile, '');
      });
      afterAll(() => visitor[Symbol.dispose]());

      for (const name of Object.keys(searches)) {
        attack(`search ${name}`, { aim: 'key', guard }, () => {
          const { secrets, output } = run.attempt(name);
          expect(secrets, output).toEqual([]);
          expect(output).not.toContain(key);
        });
      }
      attack(
        'search the files that the run left: record, events, log, capture, workspace',
        { aim: 'key', guard },
        () => {
          expect(visitor.filesHolding('[key]').length).toBeGreaterThan(0);
          for (const spelling of [key, encodeURIComponent(key), Buffer.from(key).toString('base64')]) {
            expect(visitor.filesHolding(spelling)).toEqual([]);
          }
          expect(run.result.stdout + run.result.stderr).not.toContain(key);
        },
      );
    },
  );
}

describe('the key and the child processes of this program', () => {
  attack('git, node and agent on PATH that log their arguments and environment', { aim: 'key' }, async () => {
    using visitor = new Visitor();
    const key = newKey();
    const bin = join(visitor.dir, 'bin');
    mkdirSync(bin);
    for (const name of ['git', 'node', 'python3', 'npm', 'bwrap', 'sh']) {
      const real = ['/usr/local/bin', '/usr/bin', '/bin']
        .map((dir) => join(dir, name))
        .find((path) => readable(path));
      if (real === undefined) continue;
      writeFileSync(
        join(bin, name),
        `#!/bin/bash\n{ printf '%s\\n' "$0 $*"; /usr/bin/env; cat /proc/$PPID/cmdline; } >>${visitor.dir}/noted\nexec ${real} "$@"\n`,
      );
      chmodSync(join(bin, name), 0o755);
    }
    for (const given of [{ args: ['--key', key] }, { args: [], env: { CAB_KEY: key } }]) {
      const run = await runAttackingAgent(visitor, {
        attempts: {},
        world: {},
        endpoint,
        args: [...given.args, '--sandbox', 'auto', '--task', writeQuickTask(join(visitor.dir, 'task'))],
        run: { env: { PATH: `${bin}:${process.env.PATH}`, ...given.env } },
      });
      expect(run.record.verdict).toBe('failed');
    }
    expect(readFileSync(join(visitor.dir, 'noted'), 'latin1')).toContain('/git');
    expect(visitor.filesHolding(key)).toEqual([]);
  });

  attack('read the command line of the running program', { aim: 'key', missing: linux }, async () => {
    using visitor = new Visitor();
    const key = newKey();
    const commandLines: string[] = [];
    await runAttackingAgent(visitor, {
      attempts: { wait: 'await sleep(200);' },
      world: {},
      endpoint,
      args: ['--key', key, '--task', writeQuickTask(join(visitor.dir, 'task'))],
      run: {
        whileRunning: async ({ pid, stderr }) => {
          await expect.poll(stderr, { timeout: 20_000, interval: 5 }).not.toBe('');
          commandLines.push(readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
        },
      },
    });
    expect(commandLines.join()).toContain('codingagentbench');
    expect(commandLines.join()).not.toContain(key);
  });
});

describe('the key and the output of this program', () => {
  const key = newKey();
  const command = (visitor: Visitor, args: string[]) => visitor.run(args, { env: { CAB_KEY: key } });

  attack('a refused key that the server repeats', { aim: 'key' }, async () => {
    using visitor = new Visitor();
    const { close, url } = await startHostileEndpoint({
      models: (given) => ({ error: { message: `Incorrect API key provided: ${given}` } }),
    });
    for (const args of [
      ['check', '--endpoint', url],
      ['check', '--endpoint', url, '--json'],
      ['doctor', '--endpoint', url],
      ['doctor', '--endpoint', url, '--json'],
    ]) {
      const { stdout, stderr } = await command(visitor, args);
      expect(stdout + stderr).not.toBe('');
      expect(stdout + stderr).not.toContain(key);
    }
    expect(visitor.filesHolding(key)).toEqual([]);
    await close();
  });

  attack('a server whose models are named after the key', { aim: 'key' }, async () => {
    using visitor = new Visitor();
    const { close, url } = await startHostileEndpoint({
      models: (given) => ({ object: 'list', data: [{ id: given, object: 'model', owned_by: given }] }),
    });
    const several = await startHostileEndpoint({
      models: (given) => ({ object: 'list', data: [{ id: given }, { id: `${given}-2` }] }),
    });
    const task = writeQuickTask(join(visitor.dir, 'task'));
    for (const args of [
      ['doctor', '--endpoint', url],
      ['doctor', '--endpoint', url, '--json'],
      ['check', '--endpoint', url, '--task', task, '--agent-bin', '/bin/true'],
      ['check', '--endpoint', url, '--task', task, '--agent-bin', '/bin/true', '--json'],
      ['check', '--endpoint', several.url, '--task', task, '--agent-bin', '/bin/true'],
      ['doctor', '--endpoint', several.url],
      ['doctor', '--endpoint', several.url, '--json'],
    ]) {
      const { stdout, stderr } = await command(visitor, args);
      expect(stdout + stderr).not.toBe('');
      expect(stdout + stderr, args.join(' ')).not.toContain(key);
    }
    expect(visitor.filesHolding(key)).toEqual([]);
    await close();
    await several.close();
  });

  attack('wrong command lines', { aim: 'key' }, async () => {
    using visitor = new Visitor();
    for (const args of [
      ['check', '--key', key],
      ['check', '--key', key, '--endpoint', 'no url'],
      ['check', '--key', key, '--demo'],
      ['check', '--key', key, '--key-file', 'x', '--endpoint', 'http://127.0.0.1:9/v1'],
      ['check', '--kye', key, '--endpoint', 'http://127.0.0.1:9/v1'],
      ['check', `--key=${key}`, '--endpoint', 'http://127.0.0.1:9/v1', '--model', 'm', '--dry-run'],
      ['doctor', '--key', key],
    ]) {
      const { stdout, stderr } = await visitor.run(args);
      expect(stdout + stderr).not.toBe('');
      expect(stdout + stderr, args.join(' ')).not.toContain(key);
    }
  });

  attack('a crash of this program in the middle of a run', { aim: 'key' }, async () => {
    using visitor = new Visitor();
    const out = join(visitor.dir, 'out');
    mkdirSync(out);
    symlinkSync('/dev/full', join(out, 'agent.log'));
    const agent = join(visitor.dir, 'agent');
    writeFileSync(agent, '#!/bin/sh\necho hello; [ "$1" = --version ] || sleep 30\n', { mode: 0o755 });
    const { code, stdout, stderr } = await command(visitor, [
      ...['check', '--endpoint', endpoint.url, '--model', 'demo/no-op', '--agent-bin', agent, '--out', out],
      ...['--task', writeQuickTask(join(visitor.dir, 'task'))],
    ]);
    expect(code, stderr).toBe(4);
    expect(stderr).toContain('no space left on device');
    expect(stdout + stderr).not.toContain(key);
    expect(visitor.filesHolding(key)).toEqual([]);
    expect(visitor.litter()).toEqual([]);
  });
});

function readable(path: string): boolean {
  try {
    return readdirSync(join(path, '..')).includes(path.split('/').at(-1) ?? '');
  } catch {
    return false;
  }
}
