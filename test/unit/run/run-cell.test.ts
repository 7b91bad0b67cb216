import { readdirSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { runCell } from '../../../src/run/run-cell.js';
import type { AgentBehaviour } from '../../golden/loop-agent.js';
import { type Script, startScriptedEndpoint } from '../../golden/scripted-endpoint.js';
import { FIXED, packTiny } from '../grading/tiny-task.js';
import { cellUnderTest, recorder } from './cell-under-test.js';

const MEND = { call: 'write', args: { filePath: 'src/add.mjs', content: FIXED } };
const DONE = { say: 'Done.' };

async function endpointFor(script: Script) {
  const endpoint = await startScriptedEndpoint(script);
  onTestFinished(() => endpoint.close());
  return endpoint;
}

async function run(script: Script, agent: AgentBehaviour = {}) {
  const { url } = await endpointFor(script);
  const { plan, host } = cellUnderTest(await packTiny(), { url, agent });
  const seen = recorder();
  const end = await runCell(plan, host, seen.io);
  const phases = seen.events.flatMap(
    (event): Array<string | boolean> =>
      event.type === 'phase_started' ? [event.phase] : event.type === 'phase_ended' ? [event.ok] : [],
  );
  return { ...seen, end, phases, ended: seen.of('run_ended')[0], host };
}

it('runs all phases up to the score, and leaves no temp directory', async () => {
  const { events, end, phases, ended, of, host } = await run({ main: [MEND, DONE] });
  expect(phases).toEqual(['preflight', true, 'prepare', true, 'agent', true, 'tests', true, 'score', true]);
  expect(events[0]?.type).toBe('run_started');
  expect(events.at(-1)).toBe(ended);
  expect(ended).toMatchObject({ verdict: 'passed', stop_reason: 'finished', cause: null, exit_code: 0 });
  expect(of('tests')[0]?.cases.map(({ status }) => status)).toEqual(Array(4).fill('passed'));
  expect(of('model_call').map(({ call }) => call.probe)).toEqual([true, true, false, false]);
  expect(end.keptWorkspace).toBeNull();
  expect(readdirSync(host.tempDir).filter((name) => name.startsWith('codingagentbench-'))).toEqual([]);
});

it('keeps the workspace of a failed run with changes', async () => {
  const wrong = {
    call: 'write',
    args: { filePath: 'src/add.mjs', content: 'export const add = () => 0;\n' },
  };
  const { end, ended } = await run({ main: [wrong, DONE] });
  expect(ended).toMatchObject({ verdict: 'failed', exit_code: 1 });
  expect(readdirSync(end.keptWorkspace ?? '')).toContain('src');
});

it('ends after a failed preflight, without agent, tests and score', async () => {
  const { phases, ended, of } = await run({
    main: [DONE],
    probe: { status: 401, message: 'Incorrect API key provided' },
  });
  expect(phases).toEqual(['preflight', false, 'score', true]);
  expect(ended).toMatchObject({ verdict: 'unscored', stop_reason: 'not_started', exit_code: 3 });
  expect(ended?.cause).toMatch(/^preflight\.endpoint\./);
  expect(of('scored')[0]?.scores.pass_rate.pass).toBeNull();
  expect(of('agent_started')).toEqual([]);
});

it('runs the tests after a stop by the user, but gives no score', async () => {
  const endpoint = await endpointFor({ main: [MEND, { hang: 'before' }] });
  const { plan, host } = cellUnderTest(await packTiny(), { url: endpoint.url });
  const stop = new AbortController();
  const seen = recorder({ stop });
  const emit = (event: Parameters<typeof seen.io.emit>[0]) => {
    seen.io.emit(event);
    if (event.type === 'model_call_started' && event.n === 2) stop.abort();
  };
  await runCell(plan, host, { ...seen.io, emit });
  expect(seen.of('tests')[0]?.passed).toBe(true);
  expect(seen.of('run_ended')[0]).toMatchObject({
    verdict: 'unscored',
    stop_reason: 'interrupted',
    cause: 'interrupted',
    exit_code: 130,
  });
});

it('grades nothing after an error of this program, reports it and throws it', async () => {
  const endpoint = await endpointFor({ main: [MEND, { hang: 'before' }] });
  const { plan, host } = cellUnderTest(await packTiny(), { url: endpoint.url });
  const quit = new AbortController();
  const seen = recorder({ quit });
  const emit = (event: Parameters<typeof seen.io.emit>[0]) => {
    seen.io.emit(event);
    if (event.type === 'model_call_started' && event.n === 2) quit.abort(new Error('the disk is full'));
  };
  await expect(runCell(plan, host, { ...seen.io, emit })).rejects.toThrow('the disk is full');
  expect(seen.of('tests')).toEqual([]);
  expect(seen.of('run_ended')[0]).toMatchObject({
    verdict: 'unscored',
    stop_reason: 'harness',
    explanation: 'This program failed: Error: the disk is full',
    exit_code: 4,
  });
});
