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
import type { Host } from '../../src/host/host.js';
import { type ProcessExit, type Supervised, supervise } from '../../src/sandbox/processes/supervise.js';
import type { Sandbox, SandboxPolicy } from '../../src/sandbox/sandbox.js';

/** A temp dir to attack from and into, and the commands started there. */
export interface TestRange {
  root: string;
  /** Where commands run; the one writable directory. */
  work: string;
  /** Stands for the user's own home. */
  home: string;
  marker: string;
  bridgePath: string;
  /** What a sandbox is told of this machine. */
  host: Pick<Host, 'bridge' | 'home' | 'tempDir'>;
  start(sandbox: Sandbox, argv: string[], policy?: Partial<SandboxPolicy>): Promise<Running>;
  /** Runs to the end; output is stdout and stderr together. */
  run(
    sandbox: Sandbox,
    argv: string[],
    policy?: Partial<SandboxPolicy>,
  ): Promise<ProcessExit & { output: string }>;
  close(): Promise<void>;
}

export type Running = Supervised & { output(): string };

let ranges = 0;

export function openRange(): TestRange {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'cab-range-')));
  const marker = `test-${process.pid}-${ranges++}`;
  const [work, home, bridgePath] = [join(root, 'work'), join(root, 'home'), join(root, 'bridge.cjs')];
  for (const dir of [work, home]) mkdirSync(dir);
  writeFileSync(bridgePath, builtBridge());
  const started: Supervised[] = [];

  const start: TestRange['start'] = async (sandbox, argv, policy = {}) => {
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

/** The bridge as the build makes it: a CommonJS file of its own. */
function builtBridge(): string {
  const source = readFileSync(new URL('../../src/sandbox/wrappers/bridge.ts', import.meta.url), 'utf8');
  const { CommonJS: module } = ts.ModuleKind;
  return ts.transpileModule(source, { compilerOptions: { module, target: ts.ScriptTarget.ES2022 } })
    .outputText;
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}

/** Pids, on the whole machine, of processes with `text` on their command line. */
export function processesSaying(text: string): number[] {
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
