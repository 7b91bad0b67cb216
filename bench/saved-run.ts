import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { RunEvent } from '../src/model/events.js';
import { passed, passing } from '../test/unit/reporters/sample-run.js';
import type { Benchmark } from './benchmark.js';
import { onTerminal, withCleanHome } from './clean-home.js';
import { measureMemory } from './measured-check.js';
import { runCommand } from './run-command.js';
import { inTurns, median } from './statistics.js';

const EVENTS = 100_000;
/** The most steps that a run saves. The other events are output. */
const STEPS = 10_000;
const ROUNDS = 7;
/** Users perceive a response within a second as immediate. */
const RESPONSE_MS = 1_000;

/** Time and memory that it takes to open a run with many events. */
export const savedRun: Benchmark = {
  id: 'saved-run',
  needsBuild: true,
  measure: () =>
    withCleanHome(async ({ dir, env }) => {
      const run = join(dir, 'run');
      await writeRun(run);
      const measured = measureMemory(dir);
      const measuredEnv = { ...env, ...measured.env };
      const { nothing, show, replay } = await inTurns(ROUNDS, {
        nothing: async () => ({
          ms: (await runCommand([process.execPath, '-e', '0'], { env })).elapsedMs,
          MB: 0,
        }),
        show: async () => {
          const { elapsedMs } = await runCommand(measured.command('show', run), { env: measuredEnv });
          return { ms: elapsedMs, MB: measured.peakMB() };
        },
        replay: async () => {
          const screen = onTerminal(measured.command('replay', run));
          const { elapsedMs } = await runCommand(screen, { env: measuredEnv }, /space pause/, 'q');
          return { ms: elapsedMs, MB: measured.peakMB() };
        },
      });
      const reference = `node -e 0: ${median(nothing.map(({ ms }) => ms)).toFixed(0)} ms`;
      return Object.entries({ show, 'first frame of replay': replay }).flatMap(([name, runs]) => [
        {
          name: `${name}, a run of 100,000 events`,
          value: median(runs.map(({ ms }) => ms)),
          unit: 'ms' as const,
          budget: { atMost: RESPONSE_MS },
          reference,
        },
        {
          name: `peak memory of ${name}, a run of 100,000 events`,
          value: Math.max(...runs.map(({ MB }) => MB)),
          unit: 'MB' as const,
          budget: { atMost: 150 },
          reference: `${EVENTS} events`,
        },
      ]);
    }),
};

/** Writes a saved run that repeats the steps and the output of a short one. */
async function writeRun(dir: string): Promise<void> {
  mkdirSync(dir);
  const first = passing.findIndex(({ type }) => type === 'step');
  const [from, to] = [passing[first]?.t_ms ?? 0, passing[first + 1]?.t_ms ?? 0];
  const steps = passing.filter((event) => event.type === 'step');
  const output: RunEvent = {
    type: 'agent_output',
    t_ms: from,
    stream: 'stdout',
    text: 'a line of the agent '.repeat(20),
  };
  const event = (n: number) => (n % (EVENTS / STEPS) === 0 ? steps[n % steps.length] : output);
  const more = EVENTS - passing.length - 2;
  const { verdict, stop_reason, cause, explanation, advice, banners, exit_code } = passed;
  const { started_at, ended_at, duration_s, overhead_ms, phases, scores, unmeasured, tokens_known_subtotal } =
    passed;
  const scored: RunEvent = { type: 'scored', t_ms: 24_000, scores, unmeasured, tokens_known_subtotal };
  const ended: RunEvent = {
    ...{ type: 'run_ended', t_ms: 24_000, verdict, stop_reason, cause, explanation, advice, banners },
    ...{ exit_code, started_at, ended_at, duration_s, overhead_ms, phases },
  };
  const file = createWriteStream(join(dir, 'events.jsonl'));
  const write = (event: RunEvent | undefined) => file.write(`${JSON.stringify(event)}\n`);
  passing.slice(0, first + 1).forEach(write);
  for (let n = 0; n < more; n++) write({ ...event(n), t_ms: from + ((to - from) * n) / more } as RunEvent);
  [...passing.slice(first + 1), scored, ended].forEach(write);
  file.end();
  await finished(file);
  const allSteps = Array.from({ length: STEPS }, (_, n) => steps[n % steps.length]?.step);
  writeFileSync(join(dir, 'record.json'), JSON.stringify({ ...passed, steps: allSteps }));
}
