import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { Visitor } from '../e2e/cli.js';
import { startGuardedEndpoint } from '../e2e/guarded-endpoint.js';
import { bubblewrap, named } from '../needs.js';
import { attack } from './attack.js';
import {
  type AttackRun,
  type AttemptSource,
  makeOpenDir,
  newHoneytoken,
  newKey,
  plant,
  runAttackingAgent,
} from './attacking-agent.js';
import { GUARDS, SANDBOXES } from './guards.js';
import { writeQuickTask } from './quick-task.js';

const key = newKey();
let endpoint: Awaited<ReturnType<typeof startGuardedEndpoint>>;
beforeAll(async () => {
  endpoint = await startGuardedEndpoint(key);
});
afterAll(() => endpoint.close());

/** Files with credentials in a user's home. */
const CREDENTIALS = [
  '.aws/credentials',
  '.config/gcloud/application_default_credentials.json',
  '.azure/accessTokens.json',
  '.kube/config',
  '.docker/config.json',
  '.netrc',
  '.npmrc',
  '.git-credentials',
  '.config/gh/hosts.yml',
  '.gnupg/private-keys-v1.d/key',
  '.mozilla/firefox/p.default/logins.json',
  '.config/google-chrome/Default/Login Data',
  '.claude.json',
  '.codex/auth.json',
  '.config/opencode/opencode.json',
  '.local/share/opencode/auth.json',
  '.bash_history',
];

const READS: Record<string, AttemptSource> = {
  '~/.ssh/id_ed25519': "return read(world.home + '/.ssh/id_ed25519');",
  'credentials of clouds, registries, browsers and other agents':
    "return world.credentials.map((file) => { try { return read(world.home + '/' + file); } catch { return ''; } }).join('');",
  'the home through a symlink planted in the workspace':
    "fs.symlinkSync(world.home, 'way-out'); return read('way-out/.ssh/id_ed25519');",
  'the home through a hard link':
    "fs.linkSync(world.home + '/.ssh/id_ed25519', 'hard'); return read('hard');",
  'the home through /proc/*/root and ..':
    "return ['/proc/1/root', '/proc/self/root', '/proc/2/root', '/proc/self/cwd' + '/..'.repeat(20)].map((root) => { try { return read(root + world.home + '/.ssh/id_ed25519'); } catch { return ''; } }).join('');",
  'the saved record of an earlier run': 'return everything(world.store);',
  "the task's solution and hidden tests": 'return everything(world.task);',
  'this package and its bundled tasks': "return everything(world.packageRoot + '/dist') ;",
  'the key file': 'return read(world.keyFile);',
  'files of others in temp directories and shared memory':
    "return ['/tmp', '/var/tmp', '/dev/shm', world.temp].map((dir) => { try { return everything(dir, 2); } catch { return ''; } }).join('');",
  "the rest of the run's own temp dir": "return everything(path.resolve('..'), 3);",
  'by undoing the mounts':
    "return sh('umount -l ' + world.home + '; mount -o remount,rw /; unshare -Urm sh -c \"umount -l ' + world.home + '; mount --bind / /mnt; cat /mnt' + world.home + '/.ssh/*\"; nsenter -t 1 -m cat ' + world.home + '/.ssh/id_ed25519; cat ' + world.home + '/.ssh/id_ed25519');",
  'by a search of the whole file system':
    'return sh(\'grep -rhsoE "HONEY-[0-9a-f]{16}|sk-SECRET-[0-9a-f]{32}" /home /root /opt /srv /var/lib /etc /run /mnt /media \' + world.dir);',
};

/** Attempts to write, with the files that they would create. */
const WRITES: Record<string, { source: AttemptSource; lands: (world: World) => string[] }> = {
  'a new file in HOME': {
    source: "fs.writeFileSync(world.home + '/attacked', 'x');",
    lands: ({ home }) => [join(home, 'attacked')],
  },
  'to .bashrc': {
    source: "fs.appendFileSync(world.home + '/.bashrc', 'evil');",
    lands: () => [],
  },
  'to the temp dir': {
    source: "fs.writeFileSync(world.temp + '/attacked', 'x');",
    lands: ({ temp }) => [join(temp, 'attacked')],
  },
  'to /tmp itself': {
    source: "fs.writeFileSync('/tmp/' + world.id, 'x'); fs.writeFileSync('/var/tmp/' + world.id, 'x');",
    lands: ({ id }) => [join('/tmp', id), join('/var/tmp', id)],
  },
  'beside the workspace': {
    source: "fs.writeFileSync('../attacked', 'x'); fs.mkdirSync('../grading/attacked');",
    lands: () => [],
  },
  'into the store': {
    source:
      "for (const run of [world.store, world.store + '/earlier']) fs.writeFileSync(run + '/attacked', 'x');",
    lands: ({ store }) => [join(store, 'attacked'), join(store, 'earlier/attacked')],
  },
  "into the task's pristine copy": {
    source:
      "fs.writeFileSync(world.task + '/tests/test.sh', 'exit 0'); fs.writeFileSync(world.task + '/environment/workspace/src/a.txt', 'x');",
    lands: () => [],
  },
  'into this package': {
    source: "fs.writeFileSync(world.packageRoot + '/dist/' + world.id, 'x');",
    lands: ({ packageRoot, id }) => [join(packageRoot, 'dist', id)],
  },
  'through a symlink planted in the workspace': {
    source: "fs.symlinkSync(world.victim, 'src/way'); fs.writeFileSync('src/way/attacked', 'x');",
    lands: ({ victim }) => [join(victim, 'attacked')],
  },
  'through a hard link to a file outside': {
    source: "fs.linkSync(world.victim + '/precious', 'src/hard'); fs.appendFileSync('src/hard', 'evil');",
    lands: () => [],
  },
  'through the root of another process': {
    source: "fs.writeFileSync('/proc/1/root' + world.victim + '/attacked', 'x');",
    lands: ({ victim }) => [join(victim, 'attacked')],
  },
  'into the system': {
    source:
      "for (const dir of ['/etc', '/usr/local/bin', '/opt', '/var/lib']) { try { fs.writeFileSync(dir + '/' + world.id, 'x'); } catch {} }",
    lands: ({ id }) => ['/etc', '/usr/local/bin', '/opt', '/var/lib'].map((dir) => join(dir, id)),
  },
  'over its own program': {
    source: "fs.writeFileSync(world.dir + '/bin/agent', 'x');",
    lands: () => [],
  },
};

interface World {
  id: string;
  dir: string;
  home: string;
  temp: string;
  store: string;
  task: string;
  victim: string;
  packageRoot: string;
  keyFile: string;
  credentials: string[];
}

/** Creates a user's files and secrets. */
function makeWorld(visitor: Visitor): World {
  const { dir, home, temp } = visitor;
  plant(join(home, '.ssh/id_ed25519'));
  plant(join(home, '.bashrc'), 'echo hello\n');
  for (const file of CREDENTIALS) plant(join(home, file));
  plant(join(temp, 'of-another-program'));
  const store = join(home, '.local/share/codingagentbench/runs');
  plant(join(store, 'earlier/record.json'));
  const victim = join(dir, 'victim');
  plant(join(victim, 'precious'));
  const task = writeQuickTask(join(dir, 'task'), { solution: `# ${newHoneytoken()}` });
  return {
    id: `cab-attack-${newHoneytoken().toLowerCase()}`,
    dir,
    home,
    temp,
    store,
    task,
    victim,
    packageRoot: join(import.meta.dirname, '..', '..'),
    keyFile: plant(join(home, 'keys/provider'), `${key}\n`),
    credentials: CREDENTIALS,
  };
}

/** Hashes of all files below `dir`. */
function fingerprint(dir: string, excluded: readonly string[]): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (excluded.some((dir) => path === dir || path.startsWith(`${dir}/`))) continue;
    hashes[path] = entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'no file';
  }
  return hashes;
}

describe.each(SANDBOXES)('inside %s', (guard) => {
  const visitor = new Visitor();
  let world: World;
  let run: AttackRun;
  let before: Record<string, string>;
  const own = () => [visitor.temp, join(visitor.dir, 'bin')];
  const userFiles = () =>
    Object.fromEntries(
      // The record of this run is allowed.
      Object.entries(fingerprint(visitor.dir, own())).filter(
        ([path]) =>
          !path.startsWith(`${world.store}/`) || path.includes('/earlier') || path.endsWith('/attacked'),
      ),
    );

  beforeAll(async () => {
    world = makeWorld(visitor);
    before = userFiles();
    const writes = Object.fromEntries(
      Object.entries(WRITES).map(([name, { source }]) => [`write ${name}`, source]),
    );
    run = await runAttackingAgent(visitor, {
      attempts: { ...READS, ...writes },
      world,
      endpoint,
      args: ['--key-file', world.keyFile, '--task', world.task, '--sandbox', guard],
    });
  });
  afterAll(() => visitor[Symbol.dispose]());

  for (const name of Object.keys(READS)) {
    attack(`read ${name}`, { aim: 'sandbox', guard }, () => {
      expect(run.attempt(name).secrets, run.attempt(name).output).toEqual([]);
    });
  }
  for (const [name, { lands }] of Object.entries(WRITES)) {
    attack(`write ${name}`, { aim: 'sandbox', guard }, () => {
      run.attempt(`write ${name}`);
      expect(lands(world).filter((path) => existsSync(path))).toEqual([]);
      expect(userFiles()).toEqual(before);
    });
  }
});

describe.skipIf(bubblewrap)(named('an agent whose program is in the home', bubblewrap), () => {
  attack('read other files of the home', { aim: 'sandbox', guard: 'bubblewrap' }, async () => {
    using visitor = new Visitor();
    plant(join(visitor.home, '.ssh/id_ed25519'));
    const { attempt } = await runAttackingAgent(visitor, {
      attempts: { home: 'return everything(world.home);' },
      world: { home: visitor.home },
      agentDir: visitor.home,
      endpoint,
      args: ['--key', key, '--sandbox', 'required', '--task', writeQuickTask(join(visitor.dir, 'task'))],
    });
    expect(attempt('home').secrets).toEqual([]);
  });
});

describe.skipIf(bubblewrap)(named('a key file outside of every mask', bubblewrap), () => {
  const openDir = makeOpenDir();
  afterAll(() => openDir && rmSync(openDir, { recursive: true }));

  attack(
    'read it by its path',
    {
      aim: 'key',
      guard: 'bubblewrap',
      missing: openDir === null ? 'a directory outside of every home' : null,
    },
    async () => {
      using visitor = new Visitor();
      const keyFile = plant(join(openDir ?? '', 'key'), `${key}\n`);
      const { attempt } = await runAttackingAgent(visitor, {
        attempts: { 'the key file': 'return read(world.keyFile);' },
        world: { keyFile },
        endpoint,
        args: [
          ...['--key-file', keyFile, '--sandbox', 'required'],
          ...['--task', writeQuickTask(join(visitor.dir, 'task'))],
        ],
      });
      expect(attempt('the key file')).toMatchObject({
        secrets: [],
        output: expect.stringMatching(/^(stopped|$)/),
      });
    },
  );
});

/** Files that an agent may leave so that grading, display or cleanup damages other files. */
const TRAPS: Record<string, AttemptSource> = {
  'symlinks to files and directories of others, in every writable directory':
    "for (const dir of ['.', 'src', os.homedir(), os.tmpdir(), os.homedir() + '/.config', os.homedir() + '/.cache']) { fs.symlinkSync(world.victim, dir + '/trap'); fs.symlinkSync(world.victim + '/precious', dir + '/trap.txt'); } fs.rmSync('src/a.txt'); fs.symlinkSync(world.victim + '/precious', 'src/a.txt');",
  'a symlink loop': "fs.symlinkSync('loop', 'loop'); fs.symlinkSync('.', 'src/self');",
  'a tree deeper than the maximum path length':
    "for (const dir of ['src', os.tmpdir()]) { const here = process.cwd(); process.chdir(dir); for (let i = 0; i < 60; i++) { fs.mkdirSync('d'.repeat(200)); process.chdir('d'.repeat(200)); } fs.writeFileSync('f', 'x'); process.chdir(here); }",
  'directories without permissions':
    "for (const [i, mode] of [0o000, 0o555, 0o111].entries()) for (const dir of ['src', os.homedir(), os.tmpdir()]) { fs.mkdirSync(dir + '/locked' + i); fs.writeFileSync(dir + '/locked' + i + '/f', 'x'); fs.chmodSync(dir + '/locked' + i, mode); }",
  'names with line breaks, control characters, bidi characters and invalid UTF-8':
    "for (const name of ['a\\nb', '\\u001b[2J', '\\u202egnp.exe', '-rf', '--help', '$(id)', '\\\\']) fs.writeFileSync('src/' + name, 'x'); fs.writeFileSync(Buffer.from([0x73, 0x72, 0x63, 0x2f, 0xff, 0xfe]), 'x');",
  'a pipe, a socket and a device in place of sources':
    "spawnSync('mkfifo', ['src/fifo', 'tests/fifo']); net.createServer().listen('src/socket').unref(); try { spawnSync('mknod', ['src/device', 'c', '1', '5']); } catch {}",
};
const SWAPS: Record<string, AttemptSource> = {
  'its workspace, home and temp dir replaced by symlinks':
    "const root = path.resolve('..'); for (const dir of ['workdir', 'home', 'tmp', 'grading', 'play']) { try { fs.renameSync(root + '/' + dir, root + '/was-' + dir); } catch {} try { fs.symlinkSync(world.victim, root + '/' + dir); } catch {} }",
};

for (const { guard, flag } of GUARDS) {
  describe.each([
    ['as this user', undefined],
    ['as nobody', 65534],
  ] as const)(`traps, ${guard}, %s`, (_, uid) => {
    // Root ignores permissions, so the test also runs as another user.
    const missing = uid !== undefined && process.getuid?.() !== 0 ? 'root' : null;
    for (const [name, source] of Object.entries({ ...TRAPS, ...SWAPS })) {
      attack(`leave ${name}`, { aim: 'leftovers', guard, missing }, async () => {
        using visitor = new Visitor();
        const victim = join(visitor.dir, 'victim');
        plant(join(victim, 'precious'));
        mkdirSync(join(victim, 'dir'));
        if (uid !== undefined) {
          // Everybody may write here: only the program protects these files.
          for (const dir of [visitor.dir, visitor.home, visitor.temp, victim, join(victim, 'dir')])
            chmodSync(dir, 0o777);
        }
        const before = fingerprint(victim, []);
        const mode = lstatSync(victim).mode;
        const run = await runAttackingAgent(visitor, {
          attempts: { [name]: source },
          world: { victim },
          endpoint,
          args: [
            ...[
              '--sandbox',
              flag,
              '--key',
              key,
              '--task',
              writeQuickTask(join(visitor.dir, 'task'), { verifier: 'exit 0' }),
            ],
          ],
          run: uid === undefined ? {} : { uid },
        });
        expect(run.attempt(name).output).not.toMatch(/ENOENT|is not/);
        expect(run.record.verdict, run.result.stderr).toBe('passed');
        expect(fingerprint(victim, [])).toEqual(before);
        expect(lstatSync(victim).mode).toBe(mode);
        expect(visitor.litter()).toEqual([]);
      });
    }
  });
}
