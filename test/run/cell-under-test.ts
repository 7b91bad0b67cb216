import { join } from 'node:path';
import { opencode } from '../../src/agents/adapters/opencode.js';
import { FACTORY } from '../../src/agents/custom.js';
import type { RunEvent } from '../../src/model/events.js';
import type { CellPlace, CellPlan } from '../../src/run/plan.js';
import type { Task } from '../../src/tasks/task.js';
import { type AgentBehaviour, loopAgent } from '../e2e/golden/loop-agent.js';
import { MODEL } from '../e2e/golden/scripted-endpoint.js';
import { makeTempDir } from '../grading/tiny-task.js';

export interface CellUnderTest {
  plan: CellPlan;
  place: CellPlace;
}

/** One cell on this machine, without a sandbox: a looping agent, an endpoint at `url`, and what is given changed. */
export function cellUnderTest(
  task: Task,
  { url, agent = {}, ...more }: { url: string; agent?: AgentBehaviour } & Partial<CellPlan>,
): CellUnderTest {
  const dir = makeTempDir();
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    plan: {
      runId: '0123abcd',
      sweepId: 'sweep',
      run: 1,
      task,
      adapter: opencode,
      agentBin: loopAgent(dir, agent),
      custom: FACTORY,
      model: MODEL,
      endpoint: { kind: 'real', baseUrl: url, key: null },
      timeoutS: 60,
      idleS: 60,
      budget: { maxCalls: null, maxTokens: null },
      price: null,
      captureDir: null,
      sandboxMode: 'off',
      keep: false,
      ...more,
    },
    place: {
      cliVersion: '0.0.0',
      cacheDir: join(dir, 'cache'),
      tempDir: dir,
      home: join(dir, 'home'),
      masked: [],
      bridge: join(dir, 'bridge.cjs'),
      watchdog: join(dir, 'watchdog.cjs'),
      machine: { os: process.platform, arch: process.arch, node: process.versions.node },
      node: process.execPath,
      env: Object.fromEntries(inherited),
    },
  };
}

/** Takes events down, and is never stopped unless told. */
export function recorder({ stop = new AbortController(), quit = new AbortController() } = {}) {
  const events: RunEvent[] = [];
  return {
    events,
    io: { emit: (event: RunEvent) => void events.push(event), stop: stop.signal, quit: quit.signal },
    of: <T extends RunEvent['type']>(type: T) =>
      events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type),
  };
}
