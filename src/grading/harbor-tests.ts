import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { readRegularFile } from '../host/regular-file.js';
import { UsageError } from '../model/errors.js';
import type { HiddenFile, Task } from '../tasks/task.js';
import { type Confinement, runConfined } from './confined-run.js';
import type { GradingCopy } from './fresh-copy.js';
import { prepareScript } from './task-script.js';
import { TAIL_CHARS, VERIFY, type VisibleRun } from './visible-tests.js';

/**
 * Runs the test script of a Harbor-only task, at Harbor's paths. As in Harbor, the reward that the script writes decides,
 * not its exit code: 1 is a pass. Graded code that the script runs can write a reward, too, so the result is only as
 * reliable as the script.
 *
 * @throws UsageError `usage.bad_task` when the script ends without a reward that is a number
 */
export async function runHarborTests(
  { id, manifest }: Pick<Task, 'id' | 'manifest'>,
  files: ReadonlyMap<string, HiddenFile>,
  copy: GradingCopy,
  confinement: Confinement,
): Promise<VisibleRun> {
  const { dir, workspace } = copy;
  const script = await prepareScript(manifest, files, { folder: 'tests', name: VERIFY, dir, workspace });
  const run = await runConfined(
    { ...script, workspace, scratch: dir, timeoutMs: manifest.verifierTimeoutS * 1000 },
    confinement,
  );
  const reward = run.timedOut ? null : await readReward(join(dir, 'logs', 'verifier'));
  if (typeof reward === 'string') {
    const lastLine = `${run.stdout}\n${run.stderr}`.trim().split('\n').at(-1)?.trim().slice(0, 200);
    throw new UsageError(
      `tests/${VERIFY} of ${id} ${reward}${lastLine ? `; its last line: ${lastLine}` : ''}.`,
      {
        code: 'usage.bad_task',
        fix: 'Harbor would not score it either: make the script write a number to /logs/verifier/reward.txt, also when the tests fail.',
      },
    );
  }
  return {
    passed: reward !== null && reward >= 1,
    reward,
    exitCode: run.exitCode,
    timedOut: run.timedOut,
    stdoutTail: run.stdout.slice(-TAIL_CHARS),
    stderrTail: run.stderr.slice(-TAIL_CHARS),
    cases: [],
    unnamed: [],
  };
}

const MAX_REWARD_BYTES = 64 * 1024;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** The reward, or why there is none. `reward.json` takes precedence over `reward.txt`, as in Harbor. */
async function readReward(verifierDir: string): Promise<number | string> {
  const root = await realpath(verifierDir).catch(() => verifierDir);
  const json = await readRegularFile(root, 'reward.json', MAX_REWARD_BYTES);
  if (json !== null) return rewardInJson(json.toString('utf8'));
  const text = (await readRegularFile(root, 'reward.txt', MAX_REWARD_BYTES))?.toString('utf8').trim();
  if (text === undefined) return 'wrote no reward';
  const reward = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(reward) ? reward : 'wrote a reward.txt that is not a number';
}

function rewardInJson(json: string): number | string {
  const numbers = new Map<string, number>();
  try {
    for (const [name, value] of Object.entries(JSON.parse(json) ?? {})) {
      if (typeof value !== 'number' || !Number.isFinite(value))
        return `wrote a reward.json whose ${name} is not a number`;
      numbers.set(name, value);
    }
  } catch {
    return 'wrote a reward.json that is not JSON';
  }
  const [only] = numbers.values();
  const reward = numbers.get('reward') ?? (numbers.size === 1 ? only : undefined);
  return reward ?? 'wrote a reward.json with no key `reward`';
}
