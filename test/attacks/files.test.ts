import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { Visitor } from '../e2e/cli.js';
import { startGuardedEndpoint } from '../e2e/guarded-endpoint.js';
import { attack } from './attack.js';
import { GUARDS, WALLS } from './guards.js';
import { writeQuickTask } from './quick-task.js';
import { type AttemptSource, newHoneytoken, newKey, openPlace, plant, type Raid, runRaid } from './raid.js';

const key = newKey();
let endpoint: Awaited<ReturnType<typeof startGuardedEndpoint>>;
beforeAll(async () => {
  endpoint = await startGuardedEndpoint(key);
});
afterAll(() => endpoint.close());

/** What a user has lying about, below HOME. */
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
  'the home through /proc/*/root and a climb':
    "return ['/proc/1/root', '/proc/self/root', '/proc/2/root', '/proc/self/cwd' + '/..'.repeat(20)].map((root) => { try { return read(root + world.home + '/.ssh/id_ed25519'); } catch { return ''; } }).join('');",
  'the saved record of an earlier run': 'return everything(world.store);',
  "the task's solution and hidden tests": 'return everything(world.task);',
  'this package and its bundled tasks': "return everything(world.packageRoot + '/dist') ;",
  'the key file': 'return read(world.keyFile);',
  'what others left in temp directories and shared memory':
    "return ['/tmp', '/var/tmp', '/dev/shm', world.temp].map((dir) => { try { return everything(dir, 2); } catch { return ''; } }).join('');",
  "the rest of the run's own temp dir": "return everything(path.resolve('..'), 3);",
  'by undoing the mounts':
    "return sh('umount -l ' + world.home + '; mount -o remount,rw /; unshare -Urm sh -c \"umount -l ' + world.home + '; mount --bind / /mnt; cat /mnt' + world.home + '/.ssh/*\"; nsenter -t 1 -m cat ' + world.home + '/.ssh/id_ed25519; cat ' + world.home + '/.ssh/id_ed25519');",
  'by a search of the whole file system':
    'return sh(\'grep -rhsoE "HONEY-[0-9a-f]{16}|sk-SECRET-[0-9a-f]{32}" /home /root /opt /srv /var/lib /etc /run /mnt /media \' + world.dir);',
};

/** Where each writes, for a look from outside. */
const WRITES: Record<string, { source: AttemptSource; lands: (world: World) => string[] }> = {
  'a new file in HOME': {
    source: "fs.writeFileSync(world.home + '/raided', 'x');",
    lands: ({ home }) => [join(home, 'raided')],
  },
  'to .bashrc': {
    source: "fs.appendFileSync(world.home + '/.bashrc', 'evil');",
    lands: () => [],
  },
  'to the temp dir': {
    source: "fs.writeFileSync(world.temp + '/raided', 'x');",
    lands: ({ temp }) => [join(temp, 'raided')],
  },
  'to /tmp itself': {
    source: "fs.writeFileSync('/tmp/' + world.id, 'x'); fs.writeFileSync('/var/tmp/' + world.id, 'x');",
    lands: ({ id }) => [join('/tmp', id), join('/var/tmp', id)],
  },
  'beside the workspace': {
    source: "fs.writeFileSync('../raided', 'x'); fs.mkdirSync('../grading/raided');",
    lands: () => [],
  },
  'into the store': {
    source:
      "for (const run of [world.store, world.store + '/earlier']) fs.writeFileSync(run + '/raided', 'x');",
    lands: ({ store }) => [join(store, 'raided'), join(store, 'earlier/raided')],
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
    source: "fs.symlinkSync(world.victim, 'src/way'); fs.writeFileSync('src/way/raided', 'x');",
    lands: ({ victim }) => [join(victim, 'raided')],
  },
  'through a hard link to a file outside': {
    source: "fs.linkSync(world.victim + '/precious', 'src/hard'); fs.appendFileSync('src/hard', 'evil');",
    lands: () => [],
  },
  'through the root of another process': {
    source: "fs.writeFileSync('/proc/1/root' + world.victim + '/raided', 'x');",
    lands: ({ victim }) => [join(victim, 'raided')],
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

/** A user with something to lose. */
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

/** Every file below `dir` with its content's hash; links by their target. */
function fingerprint(dir: string, leaveOut: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (leaveOut.some((out) => path === out || path.startsWith(`${out}/`))) continue;
    found[path] = entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'no file';
  }
  return found;
}

describe.each(WALLS)('inside %s', (guard) => {
  const visitor = new Visitor();
  let world: World;
  let raid: Raid;
  let before: Record<string, string>;
  const own = () => [visitor.temp, join(visitor.dir, 'bin')];
  const settled = () =>
    Object.fromEntries(
      // The run's own record is new, and may be.
      Object.entries(fingerprint(visitor.dir, own())).filter(
        ([path]) =>
          !path.startsWith(`${world.store}/`) || path.includes('/earlier') || path.endsWith('/raided'),
      ),
    );

  beforeAll(async () => {
    world = makeWorld(visitor);
    before = settled();
    const writes = Object.fromEntries(
      Object.entries(WRITES).map(([name, { source }]) => [`write ${name}`, source]),
    );
    raid = await runRaid(visitor, {
      attempts: { ...READS, ...writes },
      world,
      endpoint,
      args: ['--key-file', world.keyFile, '--task', world.task, '--sandbox', guard],
    });
  });
  afterAll(() => visitor[Symbol.dispose]());

  for (const name of Object.keys(READS)) {
    attack(`read ${name}`, { aim: 'sandbox', guard }, () => {
      expect(raid.loot(name).secrets, raid.loot(name).said).toEqual([]);
    });
  }
  for (const [name, { lands }] of Object.entries(WRITES)) {
    attack(`write ${name}`, { aim: 'sandbox', guard }, () => {
      raid.loot(`write ${name}`);
      expect(lands(world).filter((path) => existsSync(path))).toEqual([]);
      expect(settled()).toEqual(before);
    });
  }
});

describe.runIf(GUARDS.some(({ guard }) => guard === 'bubblewrap'))(
  'an agent whose program lies in the home',
  () => {
    attack('read what lies beside it', { aim: 'sandbox', guard: 'bubblewrap' }, async () => {
      using visitor = new Visitor();
      plant(join(visitor.home, '.ssh/id_ed25519'));
      const { loot } = await runRaid(visitor, {
        attempts: { home: 'return everything(world.home);' },
        world: { home: visitor.home },
        agentDir: visitor.home,
        endpoint,
        args: ['--key', key, '--sandbox', 'required', '--task', writeQuickTask(join(visitor.dir, 'task'))],
      });
      expect(loot('home').secrets).toEqual([]);
    });
  },
);

describe.runIf(GUARDS.some(({ guard }) => guard === 'bubblewrap'))('a key file that lies in the open', () => {
  const place = openPlace();
  afterAll(() => place && rmSync(place, { recursive: true }));

  attack(
    'read it by its path',
    { aim: 'key', guard: 'bubblewrap', missing: place === null ? 'a directory outside of every home' : null },
    async () => {
      using visitor = new Visitor();
      const keyFile = plant(join(place ?? '', 'key'), `${key}\n`);
      const { loot } = await runRaid(visitor, {
        attempts: { 'the key file': 'return read(world.keyFile);' },
        world: { keyFile },
        endpoint,
        args: [
          ...['--key-file', keyFile, '--sandbox', 'required'],
          ...['--task', writeQuickTask(join(visitor.dir, 'task'))],
        ],
      });
      expect(loot('the key file')).toMatchObject({
        secrets: [],
        said: expect.stringMatching(/^(stopped|$)/),
      });
    },
  );
});

/** What an agent may leave so that whoever grades, shows or clears away hurts something else. */
const TRAPS: Record<string, AttemptSource> = {
  'symlinks to files and directories of others, everywhere it may write':
    "for (const dir of ['.', 'src', os.homedir(), os.tmpdir(), os.homedir() + '/.config', os.homedir() + '/.cache']) { fs.symlinkSync(world.victim, dir + '/trap'); fs.symlinkSync(world.victim + '/precious', dir + '/trap.txt'); } fs.rmSync('src/a.txt'); fs.symlinkSync(world.victim + '/precious', 'src/a.txt');",
  'a symlink loop': "fs.symlinkSync('loop', 'loop'); fs.symlinkSync('.', 'src/self');",
  'a tree deeper than a path may be':
    "for (const dir of ['src', os.tmpdir()]) { const here = process.cwd(); process.chdir(dir); for (let i = 0; i < 60; i++) { fs.mkdirSync('d'.repeat(200)); process.chdir('d'.repeat(200)); } fs.writeFileSync('f', 'x'); process.chdir(here); }",
  'directories that may not be entered or written':
    "for (const [i, mode] of [0o000, 0o555, 0o111].entries()) for (const dir of ['src', os.homedir(), os.tmpdir()]) { fs.mkdirSync(dir + '/locked' + i); fs.writeFileSync(dir + '/locked' + i + '/f', 'x'); fs.chmodSync(dir + '/locked' + i, mode); }",
  'names with line breaks, controls, bidi and bytes that are no UTF-8':
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
    // Whoever may do everything never meets a directory that is locked.
    const missing = uid !== undefined && process.getuid?.() !== 0 ? 'root' : null;
    for (const [name, source] of Object.entries({ ...TRAPS, ...SWAPS })) {
      attack(`leave ${name}`, { aim: 'leftovers', guard, missing }, async () => {
        using visitor = new Visitor();
        const victim = join(visitor.dir, 'victim');
        plant(join(victim, 'precious'));
        mkdirSync(join(victim, 'dir'));
        if (uid !== undefined) {
          // All may read and write here: what is left out is left out by the program.
          for (const dir of [visitor.dir, visitor.home, visitor.temp, victim, join(victim, 'dir')])
            chmodSync(dir, 0o777);
        }
        const before = fingerprint(victim, []);
        const mode = lstatSync(victim).mode;
        const raid = await runRaid(visitor, {
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
        expect(raid.loot(name).said).not.toMatch(/ENOENT|is not/);
        expect(raid.record.verdict, raid.result.stderr).toBe('passed');
        expect(fingerprint(victim, [])).toEqual(before);
        expect(lstatSync(victim).mode).toBe(mode);
        expect(visitor.litter()).toEqual([]);
      });
    }
  });
}
