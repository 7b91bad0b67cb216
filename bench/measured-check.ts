import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureMemory } from './peak-memory.js';
import { runCommand } from './run-command.js';
import { onTerminal } from './visitor.js';

/** What one `check` on a terminal took. */
export interface MeasuredCheck {
  overheadMs: number;
  /** Of the program itself, without the agent. */
  peakMB: number;
  durationMs: number;
  /** The agent's, and the probe's before it. */
  calls: number;
}

/** Runs `check ARGS` on a terminal. Errors: it ended otherwise than with `exitCode`; `Skip` where there is no terminal. */
export async function measureCheck(
  args: readonly string[],
  exitCode: number,
  { dir, env }: { dir: string; env: NodeJS.ProcessEnv },
): Promise<MeasuredCheck> {
  const measured = measureMemory(dir);
  const out = join(dir, 'run');
  const command = measured.command('check', ...args, '--out', out);
  const ran = await runCommand(onTerminal(command), { cwd: dir, env: { ...env, ...measured.env } });
  if (ran.code !== exitCode) throw new Error(`check exited with ${ran.code}:\n${ran.output.slice(-2000)}`);
  const record: { overhead_ms: number; model_calls: unknown[] } = JSON.parse(
    readFileSync(join(out, 'record.json'), 'utf8'),
  );
  return {
    overheadMs: record.overhead_ms,
    peakMB: measured.peakMB(),
    durationMs: ran.elapsedMs,
    calls: record.model_calls.length,
  };
}
