import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Visitor } from '../e2e/cli.js';
import { attack } from './attack.js';

const missing = process.getuid?.() === 0 ? null : 'root, to be another user';
/** Two user ids without names. The first runs the program. */
const [USER, STRANGER] = [61_001, 61_002];
/** No process has this pid: the owner is dead. */
const DEAD_OWNER = JSON.stringify({ pid: 2 ** 30, start_time: '1', marker: 'unused-marker' });
/** A command that creates a temp dir, and so cleans up after killed runs. */
const COMMAND = ['tasks', 'show', 'mutations/js-off-by-one'];

/** Entries of the temp dir with the name of a run's directory. */
const CLAIMS: ReadonlyArray<{ what: string; plant: (path: string, visitor: Visitor) => void }> = [
  {
    what: "a stranger's directory with a dead owner",
    plant: (path) => {
      mkdirSync(path);
      writeFileSync(join(path, 'owner.json'), DEAD_OWNER);
    },
  },
  {
    what: "a stranger's link to a directory of the user with a dead owner",
    plant: (path, visitor) => {
      const own = join(visitor.home, 'own');
      mkdirSync(own);
      writeFileSync(join(own, 'owner.json'), DEAD_OWNER);
      chownSync(own, USER, USER);
      symlinkSync(own, path);
      lchownSync(path, STRANGER, STRANGER);
    },
  },
  {
    what: "a stranger's directory with a fifo in place of the owner file",
    plant: (path) => {
      mkdirSync(path);
      execFileSync('mkfifo', ['-m', '666', join(path, 'owner.json')]);
    },
  },
  {
    what: "the user's own directory with a fifo in place of the owner file",
    plant: (path) => {
      mkdirSync(path);
      execFileSync('mkfifo', ['-m', '666', join(path, 'owner.json')]);
      chownSync(path, USER, USER);
    },
  },
  {
    what: "the user's own directory with a link to /dev/zero in place of the owner file",
    plant: (path) => {
      mkdirSync(path);
      symlinkSync('/dev/zero', join(path, 'owner.json'));
      chownSync(path, USER, USER);
    },
  },
  {
    what: "a stranger's directory that nobody else may read",
    plant: (path) => {
      mkdirSync(path);
      writeFileSync(join(path, 'owner.json'), DEAD_OWNER);
      chmodSync(path, 0o700);
    },
  },
  {
    what: "the user's own directory with a dead owner that cannot be removed",
    plant: (path) => {
      mkdirSync(join(path, 'of-a-stranger'), { recursive: true });
      writeFileSync(join(path, 'of-a-stranger', 'file'), '');
      chownSync(join(path, 'of-a-stranger'), STRANGER, STRANGER);
      writeFileSync(join(path, 'owner.json'), DEAD_OWNER);
      chownSync(path, USER, USER);
    },
  },
];

for (const { what, plant } of CLAIMS) {
  attack(`end every run by ${what}`, { aim: 'leftovers', missing }, async () => {
    using visitor = new Visitor();
    const planted = join(visitor.temp, 'codingagentbench-x');
    plant(planted, visitor);
    if (lstatSync(planted).uid === 0) chownSync(planted, STRANGER, STRANGER);
    for (const dir of [visitor.dir, visitor.home]) chownSync(dir, USER, USER);
    chmodSync(visitor.temp, 0o1777);
    const { code, stderr } = await visitor.run(COMMAND, { uid: USER });
    expect([code, stderr]).toEqual([0, '']);
    expect(lstatSync(planted)).toBeTruthy();
  });
}

attack('make root remove directories of others', { aim: 'leftovers', missing }, async () => {
  using visitor = new Visitor();
  const planted = (name: string, uid: number) => {
    const dir = join(visitor.temp, `codingagentbench-${name}`);
    mkdirSync(dir);
    writeFileSync(join(dir, 'owner.json'), DEAD_OWNER);
    chownSync(dir, uid, uid);
    return dir;
  };
  const [strange, own] = [planted('strange', STRANGER), planted('own', 0)];
  expect((await visitor.run(COMMAND)).code).toBe(0);
  // Control: the leftover of this user is removed.
  expect([strange, own].map(existsSync)).toEqual([true, false]);
});
