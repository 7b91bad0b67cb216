import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BIN, stdioOf, Visitor } from '../e2e/cli.js';
import { startGuardedEndpoint } from '../e2e/guarded-endpoint.js';
import { linux, named } from '../needs.js';
import { attack } from './attack.js';
import { newHoneytoken, newKey, plant, runAttackingAgent } from './attacking-agent.js';
import { SANDBOXES } from './guards.js';
import { writeQuickTask } from './quick-task.js';

const key = newKey();
let endpoint: Awaited<ReturnType<typeof startGuardedEndpoint>>;
beforeAll(async () => {
  endpoint = await startGuardedEndpoint(key);
});
afterAll(() => endpoint.close());

/** Reads and writes through all inherited descriptors, with `openat` below directories. */
const USE_DESCRIPTORS = `
import errno, os, stat
said = ''
for fd in range(3, 256):
    try:
        kind = os.fstat(fd).st_mode
        if stat.S_ISREG(kind):
            said += os.pread(fd, 4096, 0).decode('latin1')
        if stat.S_ISDIR(kind):
            for entry in ('secret', 'key'):
                said += os.read(os.open(entry, os.O_RDONLY, dir_fd=fd), 4096).decode('latin1')
            os.close(os.open('planted', os.O_WRONLY | os.O_CREAT, dir_fd=fd))
    except OSError as error:
        if error.errno != errno.EBADF:
            said += ' fd %d: %s' % (fd, error)
print(said)
`;

/** Creates a directory with a key and a secret, and opens descriptors for the key file and the directory. */
function openDescriptors(visitor: Visitor) {
  const dir = join(visitor.home, '.keys');
  const file = plant(join(dir, 'key'), `${key}\n`);
  plant(join(dir, 'secret'), `${newHoneytoken()}\n`);
  const [onFile, onDir] = [openSync(file, 'r'), openSync(dir, 'r')];
  return {
    dir,
    descriptors: { 30: onFile, 40: onDir },
    onFile,
    [Symbol.dispose]: () => {
      closeSync(onFile);
      closeSync(onDir);
    },
  };
}

const missing = linux ?? (existsSync('/usr/bin/python3') ? null : '/usr/bin/python3');

describe('descriptors that this program inherits', () => {
  it.skipIf(missing)(
    named('without protection, a child reads the key and writes below the directory', missing),
    () => {
      using visitor = new Visitor();
      using opened = openDescriptors(visitor);
      // A launcher that passes all descriptors on.
      const launcher = `require('node:child_process').spawnSync('/usr/bin/python3', ['-c', process.argv[1]], { stdio: 'inherit' })`;
      const { stdout } = spawnSync(process.execPath, ['-e', launcher, USE_DESCRIPTORS], {
        stdio: stdioOf(opened.descriptors),
        encoding: 'utf8',
      });
      expect(stdout).toContain(key);
      expect(stdout).toMatch(/HONEY-[0-9a-f]{16}/);
      expect(existsSync(join(opened.dir, 'planted'))).toBe(true);
    },
  );

  for (const guard of [...SANDBOXES, 'none'] as const) {
    describe.each([
      ['/dev/fd/30', 'descriptor'],
      ['/proc/self/fd/30', 'descriptor'],
      ['/dev/stdin', 'stdin'],
    ] as const)(`--key-file %s, ${guard}`, (keyFile, by) => {
      attack(
        'reach the key, or files below a directory of the home',
        { aim: 'key', guard, missing },
        async () => {
          using visitor = new Visitor();
          using opened = openDescriptors(visitor);
          const { attempt, record, result } = await runAttackingAgent(visitor, {
            attempts: { script: `return sh("/usr/bin/python3 -c '" + world.script + "'");` },
            world: { script: USE_DESCRIPTORS.replaceAll("'", '"') },
            endpoint,
            args: [
              ...['--key-file', keyFile, '--sandbox', guard === 'none' ? 'off' : guard],
              ...['--task', writeQuickTask(join(visitor.dir, 'task'))],
            ],
            run: {
              descriptors: opened.descriptors,
              ...(by === 'stdin' && { stdinFrom: opened.onFile }),
            },
          });
          // The program did read the key: the endpoint refuses any other.
          expect(record.verdict, result.stderr).toBe('failed');
          expect(attempt('script')).toMatchObject({
            secrets: [],
            output: expect.not.stringMatching(/fd (?:30|40)/),
          });
          expect(existsSync(join(opened.dir, 'planted'))).toBe(false);
        },
      );
    });
  }

  it('works when forked with an IPC channel', async () => {
    const child = fork(BIN, ['--version'], { silent: true });
    let output = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(output).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.skipIf(missing)(
    named('a directory in place of the key file is an error in one sentence', missing),
    async () => {
      using visitor = new Visitor();
      using opened = openDescriptors(visitor);
      const run = await visitor.run(
        ['check', '--endpoint', endpoint.url, '--model', endpoint.model, '--key-file', '/dev/fd/40'],
        { descriptors: opened.descriptors },
      );
      expect([run.code, run.stderr.split('\n')[0]]).toEqual([
        2,
        expect.stringMatching(/^The key file \/dev\/fd\/40 cannot be read \(\w+\)\.$/),
      ]);
    },
  );
});
