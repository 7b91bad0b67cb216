import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { Visitor } from '../e2e/cli.js';
import { fakeAgent } from '../e2e/fake-agent.js';
import { startGuardedEndpoint } from '../e2e/guarded-endpoint.js';
import { attack } from './attack.js';
import { newKey, plant, runAttackingAgent } from './attacking-agent.js';
import { SANDBOXES } from './guards.js';
import { writeQuickTask } from './quick-task.js';

const key = newKey();
let endpoint: Awaited<ReturnType<typeof startGuardedEndpoint>>;
beforeAll(async () => {
  endpoint = await startGuardedEndpoint(key);
});
afterAll(() => endpoint.close());

/** Replaces `path` with a link to `target`. */
function linkTo(target: string, path: string): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

/** Tasks of others with a link where this program expects a part of the task. */
const TASKS: Record<string, { dependencies?: string[]; change: (dir: string, keys: string) => void }> = {
  'a dependency that is a link': {
    dependencies: ['node_modules'],
    change: (dir, keys) => linkTo(keys, join(dir, 'environment/dependencies/node_modules')),
  },
  'a dependency that is a link, deeper': {
    dependencies: ['a/b'],
    change: (dir, keys) => linkTo(keys, join(dir, 'environment/dependencies/a/b')),
  },
  'a dependency behind a link': {
    dependencies: ['.keys'],
    change: (dir, keys) => linkTo(dirname(keys), join(dir, 'environment/dependencies')),
  },
  'a dependency that holds a link': {
    dependencies: ['a'],
    change: (dir, keys) => linkTo(keys, join(dir, 'environment/dependencies/a/b')),
  },
  'a workspace that is a link': {
    change: (dir, keys) => linkTo(keys, join(dir, 'environment/workspace')),
  },
  'a workspace that holds a link': {
    change: (dir, keys) => linkTo(keys, join(dir, 'environment/workspace/src/more')),
  },
  'an environment that is a link': {
    change: (dir, keys) => {
      renameSync(join(dir, 'environment/workspace'), join(keys, 'workspace'));
      linkTo(keys, join(dir, 'environment'));
    },
  },
  "Harbor's build context that is a link": {
    change: (dir, keys) => {
      writeFileSync(join(dir, 'task.toml'), 'version = "1.0"\n');
      writeFileSync(join(keys, 'Dockerfile'), 'FROM ubuntu:24.04\nWORKDIR /app\nCOPY . .\n');
      linkTo(keys, join(dir, 'environment'));
    },
  },
  'an instruction that is a link': {
    change: (dir, keys) => linkTo(join(keys, 'key'), join(dir, 'instruction.md')),
  },
  'tests that are a link': {
    change: (dir, keys) => {
      writeFileSync(join(keys, 'test.sh'), 'exit 1\n');
      linkTo(keys, join(dir, 'tests'));
    },
  },
  'a solution that is a link': {
    change: (dir, keys) => linkTo(join(keys, 'key'), join(dir, 'solution/solve.sh')),
  },
  'hidden cases that are a link': {
    change: (dir, keys) => linkTo(join(keys, 'key'), join(dir, 'tests/hidden/cases.json')),
  },
};

/** An agent script that prints all files of the workspace and the instruction. */
const READ_ALL = "return everything('.') + read(world.task + '/instruction.md');";

describe('a task that names files outside of its directory', () => {
  for (const [name, { dependencies, change }] of Object.entries(TASKS)) {
    attack(name, { aim: 'key' }, async () => {
      using visitor = new Visitor();
      const keys = join(visitor.home, '.keys');
      const keyFile = plant(join(keys, 'key'), `${key}\n`);
      const dir = writeQuickTask(join(visitor.dir, 'task'), { dependencies: dependencies ?? [] });
      change(dir, keys);
      const run = await visitor.run([
        ...['check', '--endpoint', endpoint.url, '--model', endpoint.model, '--key-file', keyFile],
        ...['--agent-bin', fakeAgent(visitor.dir, READ_ALL), '--task', dir],
      ]);
      expect([run.code, run.stderr.trim().split('\n').length], run.stderr).toEqual([2, 2]);
      expect(run.stderr).toContain(dir);
      expect(run.stdout + run.stderr).not.toContain(key);
      expect(readFileSync(keyFile, 'utf8')).toBe(`${key}\n`);
      expect(visitor.filesHolding(key)).toEqual([keyFile]);
      expect(visitor.litter()).toEqual([]);
    });
  }
});

/** An agent that replaces `path` with a link when it is asked for its version: after the check of the task, before the mount. */
function swappingAgent(dir: string, path: string, target: string): string {
  const agent = fakeAgent(
    dir,
    `await ask(); say(fs.readdirSync('.', { recursive: true }).map((file) => { try { return fs.readFileSync(file, 'utf8'); } catch { return ''; } }).join(' '));`,
  );
  const swap = `require('node:fs').rmSync(${JSON.stringify(path)}, { recursive: true, force: true }); require('node:fs').symlinkSync(${JSON.stringify(target)}, ${JSON.stringify(path)});`;
  const [first = '', ...rest] = readFileSync(agent, 'utf8').split('\n');
  writeFileSync(agent, [first, `if (process.argv[2] === '--version') { ${swap} }`, ...rest].join('\n'));
  return agent;
}

for (const guard of [...SANDBOXES, 'none'] as const) {
  const sandbox = ['--sandbox', guard === 'none' ? 'off' : guard];

  attack(
    `a dependency that becomes a link after it was checked, ${guard}`,
    { aim: 'key', guard },
    async () => {
      using visitor = new Visitor();
      const keyFile = plant(join(visitor.home, '.keys/key'), `${key}\n`);
      const dir = writeQuickTask(join(visitor.dir, 'task'), { dependencies: ['node_modules'] });
      const dependency = join(dir, 'environment/dependencies/node_modules');
      plant(join(dependency, 'index.js'), '// harmless\n');
      const run = await visitor.run([
        ...['check', '--json', '--endpoint', endpoint.url, '--model', endpoint.model, '--key-file', keyFile],
        ...[
          '--agent-bin',
          swappingAgent(visitor.dir, dependency, dirname(keyFile)),
          '--task',
          dir,
          ...sandbox,
        ],
      ]);
      expect(run.code, run.stderr).toBe(2);
      expect(run.stdout).toContain('which leads out of');
      expect(visitor.filesHolding(key)).toEqual([keyFile]);
    },
  );

  attack(`a plugin that names a link to a hidden directory, ${guard}`, { aim: 'key', guard }, async () => {
    using visitor = new Visitor();
    const keyFile = plant(join(visitor.home, '.keys/key'), `${key}\n`);
    const plugins = join(visitor.home, 'plugins');
    linkTo(dirname(keyFile), join(plugins, 'data'));
    const config = plant(
      join(plugins, 'mcp.json'),
      JSON.stringify({ mcpServers: { x: { command: 'node', args: [join(plugins, 'data')] } } }),
    );
    const run = await visitor.run([
      ...['check', '--endpoint', endpoint.url, '--model', endpoint.model, '--key-file', keyFile, ...sandbox],
      ...['--agent-bin', fakeAgent(visitor.dir, READ_ALL), '--plugin', config],
      ...['--task', writeQuickTask(join(visitor.dir, 'task'))],
    ]);
    expect([run.code, run.stderr.split('\n')[0]]).toEqual([
      2,
      `The plugin names ${plugins}/data, which leads out of ${plugins}, to ${dirname(keyFile)}.`,
    ]);
  });

  // Without a sandbox nothing hides the key from the user's plugin.
  if (guard === 'none') continue;
  attack(`a plugin in the directory of the key, ${guard}`, { aim: 'key', guard }, async () => {
    using visitor = new Visitor();
    const keyFile = plant(join(visitor.home, 'mine/key'), `${key}\n`);
    const server = plant(join(visitor.home, 'mine/server.js'), '// a server\n');
    const config = plant(
      join(visitor.home, 'mine/mcp.json'),
      JSON.stringify({ mcpServers: { x: { command: 'node', args: [server] } } }),
    );
    const { attempt, result } = await runAttackingAgent(visitor, {
      attempts: {
        server: 'return read(world.server);',
        key: 'return everything(world.mine) + read(world.keyFile);',
      },
      world: { server, keyFile, mine: dirname(keyFile) },
      endpoint,
      args: [
        ...['--key-file', keyFile, ...sandbox, '--plugin', config],
        ...['--task', writeQuickTask(join(visitor.dir, 'task'))],
      ],
    });
    expect(attempt('server').output, result.stderr).toBe('// a server\n');
    expect(attempt('key').secrets).toEqual([]);
  });
}
