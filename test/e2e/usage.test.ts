import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkOptions } from '../../src/cli/options/check.js';
import { GROUPS } from '../../src/cli/options/option.js';
import { flagOf } from '../../src/cli/options/words.js';
import { Visitor } from './cli.js';

const ENDPOINT = ['--endpoint', 'http://127.0.0.1:9/v1', '--model', 'm'];
const EMPTY = 'Give it a value, or leave it out. In a script, check that its variable is set.\n';

describe.concurrent("a user's slip", () => {
  it.each<[string, string[], string]>([
    [
      'an unknown flag',
      ['check', '--endpont', 'x'],
      "Unknown option '--endpont'\n(Did you mean --endpoint?)\n",
    ],
    ['an unknown command', ['chekc'], "Unknown command 'chekc'\n(Did you mean check?)\n"],
    [
      'an unknown agent',
      ['check', '--tui', 'opencod', '--demo'],
      'There is no agent called "opencod".\nDid you mean --tui opencode?\n',
    ],
    [
      'no endpoint',
      ['check'],
      'No endpoint was given: use --endpoint URL or set CAB_ENDPOINT.\nFor example --endpoint http://127.0.0.1:8080/v1; without one, `codingagentbench check --demo` shows the whole run.\n',
    ],
    [
      'a demo and an endpoint',
      ['check', '--demo', ...ENDPOINT],
      '--demo has its own scripted model: it cannot be combined with --endpoint.\nLeave out --demo to check your own model, or --endpoint to see the demo.\n',
    ],
    [
      'a timeout that is none',
      ['check', '--timeout', 'soon'],
      "Option '--timeout <seconds>' argument 'soon' is invalid. It takes a number above 0.\n",
    ],
    [
      'a limit that there is none of',
      ['check', '--limit', 'ram=1'],
      "Option '--limit <name=value>' argument 'ram=1' is invalid. It takes NAME=VALUE, such as memory=2GB. Names: memory, processes, cpu, disk, files.\n",
    ],
    [
      'a limit of nothing',
      ['check', '--limit', 'disk=0GB'],
      "Option '--limit <name=value>' argument 'disk=0GB' is invalid. It takes MB above 0, or a size such as 512MB or 2GB.\n",
    ],
    [
      '--all without --help',
      ['check', '--demo', '--all'],
      '--all needs --help.\n`codingagentbench check --help --all` lists every option.\n',
    ],
    [
      'tests without a repository',
      ['check', '--test', 'x'],
      '--test needs --repo.\nAdd --repo DIR, or leave out --test.\n',
    ],
    [
      "a script's variable that is not set, for a task",
      ['check', '--demo', '--task', ''],
      `--task is empty.\n${EMPTY}`,
    ],
    ['one for a run', ['show', ''], `The argument <run> is empty.\n${EMPTY}`],
    ['one among others', ['compare', '7f3a', ''], `The argument <runs> is empty.\n${EMPTY}`],
    [
      'a key of two words',
      ['check', ...ENDPOINT, '--key-file', 'two-words'],
      'The key from two-words is not one word of printable ASCII.\nGive only the key, on one line.\n',
    ],
    [
      'a key file that is not there',
      ['check', ...ENDPOINT, '--key-file', 'nowhere'],
      'The key file nowhere cannot be read (ENOENT).\nGive --key-file a file that holds only the key.\n',
    ],
    [
      'an agent binary that is not there',
      ['check', '--demo', '--agent-bin', 'nowhere'],
      "--agent-bin nowhere does not exist.\nGive the path of the agent's executable.\n",
    ],
    [
      'a directory that holds a run',
      ['check', '--demo', '--out', 'used'],
      'DIR/used already holds a run.\nGive --out another directory.\n',
    ],
  ])('%s: one clear sentence, what to do, exit 2, nothing written', async (_, args, said) => {
    using visitor = new Visitor();
    writeFileSync(join(visitor.dir, 'two-words'), 'sk one\n');
    mkdirSync(join(visitor.dir, 'used'));
    writeFileSync(join(visitor.dir, 'used', 'events.jsonl'), '');
    const { code, stdout, stderr } = await visitor.run(args);
    expect({ code, stdout, stderr: stderr.replaceAll(visitor.dir, 'DIR') }).toEqual({
      code: 2,
      stdout: '',
      stderr: said,
    });
    expect(visitor.litter()).toEqual([]);
  });

  it('an unknown task: the nearest, and the list', async () => {
    using visitor = new Visitor();
    const { code, stderr } = await visitor.run(['check', '--demo', '--task', 'mutations/rust-error-negatd']);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^There is no task mutations\/rust-error-negatd\.\nDid you mean mutations\/rust-error-negated\?/,
    );
  });
});

it.concurrent('a reader that has seen enough is no fault', async () => {
  using visitor = new Visitor();
  const { stderr } = await visitor.run(['doctor'], { readsStdout: false });
  expect(stderr).toBe('');
});

describe.concurrent('what is printed without a run', () => {
  it('--version prints the version and nothing else', async () => {
    using visitor = new Visitor();
    expect(await visitor.run(['--version'])).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
  });

  it('check --help leads to examples', async () => {
    using visitor = new Visitor();
    const { code, stdout } = await visitor.run(['check', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Examples:');
    expect(stdout).toContain('codingagentbench check --demo');
  });

  it('check --help fits a screen of 80 × 24, and says where the rest is', async () => {
    using visitor = new Visitor();
    const { stdout } = await visitor.run(['check', '--help']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(23);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    for (const said of ['--endpoint <url>', '--model <id>', '--demo', 'Exit codes: 0 passed', '--help --all'])
      expect(stdout).toContain(said);
    expect(stdout).not.toContain('--idle-timeout');
  });

  it.each([
    ['check', '--help', '--all'],
    ['check', '--all', '-h'],
  ])('%s %s %s tells every option in its group, with examples', async (...args) => {
    using visitor = new Visitor();
    const { code, stdout, stderr } = await visitor.run(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of Object.keys(checkOptions))
      expect(stdout).toContain(`  ${flagOf(name, checkOptions[name as keyof typeof checkOptions])}`);
    for (const { title } of Object.values(GROUPS)) expect(stdout).toContain(`\n${title}:\n`);
    expect(stdout).toContain('Examples:');
  });

  it.each([
    [['nothing', '--help'], "Unknown command 'nothing'\n", 'check, doctor, tasks'],
    [['--help', 'nothing'], "Unknown command 'nothing'\n", 'check, doctor, tasks'],
    [['nothing'], "Unknown command 'nothing'\n", 'check, doctor, tasks'],
    [['chekc', '--help'], "Unknown command 'chekc'\n", '(Did you mean check?)'],
    [['tasks', 'nothing', '--help'], "Unknown command 'tasks nothing'\n", 'list, show, validate, mutate'],
    [['tasks', 'lst', '-h'], "Unknown command 'tasks lst'\n", '(Did you mean list?)'],
    [
      ['agents', 'nothing'],
      "Unknown command 'agents nothing'\n",
      '`codingagentbench agents --help` lists all: show',
    ],
    [['agents', '--json', 'shwo', '--help'], "Unknown command 'agents shwo'\n", '(Did you mean show?)'],
  ])('%j: there is no such command, and which is the nearest', async (args, said, nearest) => {
    using visitor = new Visitor();
    const { code, stdout, stderr } = await visitor.run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.startsWith(said)).toBe(true);
    expect(stderr).toContain(nearest);
  });

  it.each([
    [['tasks', 'validate', '--help'], 'Usage: codingagentbench tasks validate'],
    [['agents', 'show', '--help'], 'Usage: codingagentbench agents show'],
    [['tasks', '--help'], 'Usage: codingagentbench tasks'],
    [['--help'], 'Usage: codingagentbench '],
  ])('%j: the help of that command', async (args, usage) => {
    using visitor = new Visitor();
    expect(await visitor.run(args)).toMatchObject({ code: 0, stdout: expect.stringContaining(usage) });
  });

  it('--dry-run names the command and the paths, holds no key, and starts nothing', async () => {
    using visitor = new Visitor();
    const secret = 'sk-dry-run-0123456789';
    const { code, stdout } = await visitor.run(['check', ...ENDPOINT, '--dry-run'], {
      env: { CAB_KEY: secret },
    });
    const plan = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(plan).toMatchObject({
      tui: 'opencode',
      model: 'm',
      endpoint: 'http://127.0.0.1:9/v1',
      key: 'given',
    });
    expect(plan.command).toContain('run');
    expect(stdout).not.toContain(secret);
    expect(visitor.litter()).toEqual([]);
  });
});
