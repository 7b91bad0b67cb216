import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { recordSchema } from '../../src/model/record.js';
import { attack } from '../attacks/attack.js';
import { GUARDS, works } from '../attacks/guards.js';
import { startHostileEndpoint } from '../attacks/hostile-endpoint.js';
import { writeQuickTask } from '../attacks/quick-task.js';
import { BIN, Visitor } from '../e2e/cli.js';
import { fakeAgent } from '../e2e/fake-agent.js';
import { processesNaming } from '../e2e/processes-naming.js';
import { linux } from '../needs.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const;
const PHASES = ['preflight', 'prepare', 'agent', 'tests', 'score'] as const;
const REPORTERS = ['plain', 'screen'] as const;
type Signal = (typeof SIGNALS)[number];
type PhaseName = (typeof PHASES)[number];

/** `script` of util-linux runs a command in a new terminal and copies the terminal's output to stdout. */
const hasScript = process.platform === 'linux' && works('script', ['-qec', 'true', '/dev/null']);

let endpoint: Awaited<ReturnType<typeof startHostileEndpoint>>;
beforeAll(async () => {
  endpoint = await startHostileEndpoint();
});
afterAll(() => endpoint.close());

/** A git with a slow clone, so that the test can kill the program during it. */
function slowGit(visitor: Visitor): string {
  const bin = join(visitor.dir, 'bin');
  mkdirSync(bin);
  const git = ['/usr/bin/git', '/usr/local/bin/git', '/bin/git'].find((path) => existsSync(path)) ?? 'git';
  const script = `#!/bin/sh\ncase " $* " in *" clone "*) sleep 1;; esac\nexec ${git} "$@"\n`;
  writeFileSync(join(bin, 'git'), script);
  chmodSync(join(bin, 'git'), 0o755);
  return bin;
}

interface Killed {
  /** The output on the terminal or stdout, and on stderr. */
  output: string;
  code: number | null;
}

/** Starts a check, sends the signal when the phase has begun, and waits for the exit of the program. */
async function killIn(
  visitor: Visitor,
  phase: PhaseName,
  signal: Signal,
  reporter: string,
  flag: string,
): Promise<Killed> {
  const out = join(visitor.dir, 'out');
  const agent = fakeAgent(
    visitor.dir,
    `await ask(); fs.writeFileSync('src/a.txt', 'b'); say('at work'); ${phase === 'agent' ? 'await sleep(1e8);' : ''}`,
  );
  const task = writeQuickTask(join(visitor.dir, 'task'), {
    // Children that ignore signals, so that they die only if the program kills them.
    verifier: phase === 'tests' ? "trap '' TERM INT HUP; sleep 2 & sleep 2; exit 1" : 'exit 1',
  });
  const words = [
    ...[
      process.execPath,
      BIN,
      'check',
      '--agent-bin',
      agent,
      '--task',
      task,
      '--out',
      out,
      '--sandbox',
      flag,
    ],
    ...['--endpoint', phase === 'preflight' ? endpoint.slowUrl : endpoint.url, '--model', endpoint.model],
  ];
  const env = {
    HOME: visitor.home,
    TMPDIR: visitor.temp,
    PATH: phase === 'prepare' ? `${slowGit(visitor)}:${process.env.PATH}` : process.env.PATH,
    TERM: 'xterm-256color',
  };
  const pidFile = join(visitor.dir, 'pid');
  const line = `echo $$ >${pidFile}; exec ${words.join(' ')}`;
  const [command, args]: [string, string[]] =
    reporter === 'plain'
      ? ['sh', ['-c', line]]
      : // Print the terminal's settings after the program has exited.
        ['script', ['-qec', `sh -c '${line}'; echo "left-with $?"; stty -a`, '/dev/null']];
  const child = spawn(command, args, { cwd: visitor.dir, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const events = join(out, 'events.jsonl');
  const begun = () => (existsSync(events) ? readFileSync(events, 'utf8') : '');
  const trigger = phase === 'agent' ? '"text":"at work"' : `"type":"phase_started","phase":"${phase}"`;
  await expect.poll(begun, { timeout: 60_000, interval: 2 }).toContain(trigger);
  process.kill(Number(readFileSync(pidFile, 'utf8')), signal);
  const exit = await closed;
  const codeInTerminal = /left-with (\d+)/.exec(output)?.[1];
  return { output, code: codeInTerminal === undefined ? exit : Number(codeInTerminal) };
}

for (const { guard, flag } of GUARDS) {
  // Without a sandbox, only the agent's phase is different.
  const phases = guard === 'none' && GUARDS.length > 1 ? (['agent'] as const) : PHASES;
  describe.each(REPORTERS)(`killed, ${guard}, %s`, (reporter) => {
    const missing = linux ?? (reporter === 'screen' && !hasScript ? 'script of util-linux' : null);
    for (const phase of phases) {
      for (const signal of SIGNALS) {
        attack(`${signal} in ${phase}`, { aim: 'leftovers', guard, missing }, async () => {
          using visitor = new Visitor();
          const { output, code } = await killIn(visitor, phase, signal, reporter, flag);
          if (signal === 'SIGKILL') {
            const next = ['check', '--endpoint', 'http://127.0.0.1:1/v1', '--model', 'm', '--sandbox', flag];
            expect((await visitor.run(next)).code).toBe(3);
          } else {
            // In the last phase the run may already have its verdict, or the signal handler may be removed.
            expect(phase === 'score' ? [1, 130, null] : [130]).toContain(code);
            expect(output).toMatch(/NOT SCORED|FAILED/);
          }
          // A git that was cloning when this program was killed ends by itself.
          await expect.poll(() => processesNaming(visitor.dir), { timeout: 5_000 }).toEqual([]);
          const kept = readdirSync(visitor.temp).flatMap((name) => readdirSync(join(visitor.temp, name)));
          expect([[], ['workdir']]).toContainEqual(kept);

          const record = join(visitor.dir, 'out/record.json');
          if (existsSync(record)) recordSchema.parse(JSON.parse(readFileSync(record, 'utf8')));
          else expect(signal).toBe('SIGKILL');
          expect(existsSync(join(visitor.dir, 'out/.record.json.partial'))).toBe(false);
          if (reporter === 'screen' && signal !== 'SIGKILL') {
            expect(output).toMatch(/[^-]icanon/);
            expect(output).toMatch(/[^-]echo /);
            expect(output.lastIndexOf('\u001B[?25h')).toBeGreaterThanOrEqual(
              output.lastIndexOf('\u001B[?25l'),
            );
          }
        });
      }
    }
  });
}
