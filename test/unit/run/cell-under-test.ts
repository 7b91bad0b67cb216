import { join } from 'node:path';
import { opencode } from '../../../src/agents/adapters/opencode.js';
import { NO_CUSTOMISATION } from '../../../src/agents/launch.js';
import type { Host } from '../../../src/host/host.js';
import type { RunEvent } from '../../../src/model/events.js';
import type { CellPlan } from '../../../src/run/plan.js';
import type { Task } from '../../../src/tasks/task.js';
import { type AgentBehaviour, loopAgent } from '../../golden/loop-agent.js';
import { MODEL } from '../../golden/scripted-endpoint.js';
import { makeTempDir } from '../grading/tiny-task.js';
import { testHost } from '../host/test-host.js';

export interface CellUnderTest {
  plan: CellPlan;
  host: Host;
}

/** One cell on this machine without a sandbox: a small test agent and the endpoint at `url`. `more` overrides the plan. */
export function cellUnderTest(
  task: Task,
  { url, agent = {}, ...more }: { url: string; agent?: AgentBehaviour } & Partial<CellPlan>,
): CellUnderTest {
  const dir = makeTempDir();
  return {
    plan: {
      runId: '0123abcd',
      sweepId: 'sweep',
      run: 1,
      task,
      adapter: opencode,
      agentBin: loopAgent(dir, agent),
      custom: NO_CUSTOMISATION,
      model: MODEL,
      endpoint: { kind: 'real', baseUrl: url, key: null },
      timeoutS: 60,
      idleS: 60,
      budget: { maxCalls: null, maxTokens: null },
      price: null,
      captureDir: null,
      sandboxMode: 'off',
      masked: [],
      keep: false,
      ...more,
    },
    host: testHost({
      cacheDir: join(dir, 'cache'),
      tempDir: dir,
      home: join(dir, 'home'),
      bridge: join(dir, 'bridge.cjs'),
      watchdog: join(dir, 'watchdog.cjs'),
    }),
  };
}

/** Records events. The signals are aborted only by the given controllers. */
export function recorder({ stop = new AbortController(), quit = new AbortController() } = {}) {
  const events: RunEvent[] = [];
  return {
    events,
    io: { emit: (event: RunEvent) => void events.push(event), stop: stop.signal, quit: quit.signal },
    of: <T extends RunEvent['type']>(type: T) =>
      events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type),
  };
}
