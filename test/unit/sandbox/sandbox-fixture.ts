import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import ts from 'typescript';
import type { Host } from '../../../src/host/host.js';
import { type ProcessExit, type Supervised, supervise } from '../../../src/sandbox/processes/supervise.js';
import type { Sandbox, SandboxPolicy } from '../../../src/sandbox/sandbox.js';

/** A temp dir for sandbox tests, with the commands started in it. */
export interface SandboxFixture {
  root: string;
  /** Working directory of the commands, the only writable one. */
  work: string;
  /** The user's home in these tests. */
  home: string;
  marker: string;
  bridgePath: string;
  /** The part of the host that a sandbox needs. */
  host: Pick<Host, 'bridge' | 'home' | 'tempDir'>;
  start(sandbox: Sandbox, argv: string[], policy?: Partial<SandboxPolicy>): Promise<Running>;
  /** Runs a command to its end. `output` is stdout and stderr together. */
  run(
    sandbox: Sandbox,
    argv: string[],
    policy?: Partial<SandboxPolicy>,
  ): Promise<ProcessExit & { output: string }>;
  close(): Promise<void>;
}

export type Running = Supervised & { output(): string };

let fixtures = 0;

export function openFixture(): SandboxFixture {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'cab-fixture-')));
  const marker = `test-${process.pid}-${fixtures++}`;
  const [work, home, bridgePath] = [join(root, 'work'), join(root, 'home'), join(root, 'bridge.cjs')];
  for (const dir of [work, home]) mkdirSync(dir);
  writeFileSync(bridgePath, builtBridge());
  const started: Supervised[] = [];

  const start: SandboxFixture['start'] = async (sandbox, argv, policy = {}) => {
    const chunks: Buffer[] = [];
    const running = await supervise({
      argv,
      sandbox,
      policy: {
        cwd: work,
        writable: [work],
        readable: [process.execPath],
        masked: [],
        meter: null,
        env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', WORK: work },
        ...policy,
      },
      marker,
      onStdout: (chunk) => chunks.push(chunk),
      onStderr: (chunk) => chunks.push(chunk),
    });
    started.push(running);
    return { ...running, output: () => Buffer.concat(chunks).toString() };
  };

  return {
    ...{ root, work, home, marker, bridgePath, start },
    host: { bridge: bridgePath, home, tempDir: root },
    run: async (sandbox, argv, policy) => {
      const running = await start(sandbox, argv, policy);
      const exit = await running.exited;
      return { ...exit, output: running.output() };
    },
    close: async () => {
      for (const running of started) await running.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** The bridge as a CommonJS file, like in the build. */
function builtBridge(): string {
  const source = readFileSync(new URL('../../../src/sandbox/wrappers/bridge.ts', import.meta.url), 'utf8');
  const { CommonJS: module } = ts.ModuleKind;
  return ts.transpileModule(source, { compilerOptions: { module, target: ts.ScriptTarget.ES2022 } })
    .outputText;
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}

/** Pids of all processes of this machine with `text` in their command line. */
export function processesWithText(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(text);
      } catch {
        return false;
      }
    })
    .map(Number);
}
