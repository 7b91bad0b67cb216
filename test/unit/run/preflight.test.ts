import { expect, it } from 'vitest';
import { preflight } from '../../../src/run/preflight.js';
import { after, runUnderTest } from './phase-under-test.js';

const DONE = { main: [{ say: 'Done.' }] };

it('provides what later phases need, and marks its calls as probes', async () => {
  const { run, endpoint, of } = await runUnderTest(DONE);
  const { ready } = await after(run, preflight);
  expect(ready).toMatchObject({ wire: 'chat', upstream: { baseUrl: endpoint.url, key: null } });
  expect(run.state.calls.map(({ probe }) => probe)).toEqual([true, true]);
  expect(endpoint.mainCalls()).toBe(0);
  expect(of('phase_ended')).toMatchObject([{ phase: 'preflight', ok: true }]);
  expect(run.state.blocked).toBeNull();
});

it('finds the API below /v1 when the URL has no path', async () => {
  const { run, endpoint } = await runUnderTest(DONE, {
    change: (plan) => {
      const { endpoint: given } = plan;
      if (given.kind !== 'real') throw new Error('the plan has a real endpoint');
      return { ...plan, endpoint: { ...given, baseUrl: given.baseUrl.replace(/\/v1$/, '') } };
    },
  });
  expect((await after(run, preflight)).ready?.upstream.baseUrl).toBe(endpoint.url);
});

const WITHOUT_PROGRAMS = { env: { PATH: '/nonexistent' } };

it('does not call the endpoint when a check of the machine fails', async () => {
  const { run, of } = await runUnderTest(DONE, { host: WITHOUT_PROGRAMS });
  expect((await after(run, preflight)).ready).toBeNull();
  expect(of('model_call')).toEqual([]);
  expect(of('phase_ended')).toMatchObject([{ phase: 'preflight', ok: false }]);
});

it('is blocked by the first failed check in list order, not in time', async () => {
  const { run } = await runUnderTest(DONE, {
    host: WITHOUT_PROGRAMS,
    change: (plan) => ({
      ...plan,
      task: { ...plan.task, manifest: { ...plan.task.manifest, toolchain: ['go', 'rust'] } },
    }),
  });
  await after(run, preflight);
  const failed = run.state.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
  expect(failed.sort()).toEqual(['git', 'toolchain.go', 'toolchain.rust']);
  expect(run.state.blocked?.id).toBe('git');
});

it.each([
  [401, 'Incorrect API key provided', 'endpoint.key'],
  [404, 'The model `scripted-1` does not exist', 'endpoint.'],
])('is blocked by an endpoint that answers %i', async (status, message, id) => {
  const { run } = await runUnderTest({ ...DONE, probe: { status, message } });
  expect((await after(run, preflight)).ready).toBeNull();
  expect(run.state.blocked?.id).toContain(id);
});
