import { startDemoModel } from '../../src/endpoint/demo-model.js';
import { FAULTS, type FaultName, startFaultyEndpoint } from '../attacks/faulty-endpoint.js';
import { type FieldRun, fieldCheck } from './agents-run.js';
import { startShellEndpoint } from './shell-endpoint.js';

/** Seconds that an agent has under strain; what it takes besides is the program's. */
const LIMIT_S = 40;
const GRACE_S = 25;

/** What came of one strain; `wrong` is null when it is what it must be. */
export interface Strained {
  outcome: string;
  wrong: string | null;
}

interface Wanted {
  verdict: 'failed' | 'unscored';
  /** Some agents say themselves that they give up, others are stopped at the limit. */
  cause: RegExp;
}

const FAULTY: Record<string, { fault: FaultName; wanted: Wanted }> = {
  'http 401': { fault: 'answers 401', wanted: { verdict: 'unscored', cause: /^endpoint\.auth$/ } },
  'http 500': { fault: 'answers 500', wanted: { verdict: 'unscored', cause: /^endpoint\.server_error$/ } },
  cut: {
    fault: 'resets the connection in mid-stream',
    wanted: { verdict: 'unscored', cause: /^endpoint\.(connection|stream|cut|reset|truncated|interrupted)/ },
  },
  hang: { fault: 'hangs', wanted: { verdict: 'unscored', cause: /^endpoint\.timeout$/ } },
};

/** Every strain on one agent, by name, one after the other. */
export async function strain(agent: string): Promise<Record<string, Strained>> {
  const found: Record<string, Strained> = {};
  for (const [name, { fault, wanted }] of Object.entries(FAULTY)) {
    found[name] = await withModel(async (model) => {
      const endpoint = await startFaultyEndpoint(model, FAULTS[fault], () => true);
      try {
        return judge(await timed(() => fieldCheck(args(agent, endpoint.url, model.model))), wanted);
      } finally {
        endpoint.close();
      }
    });
  }
  found['ctrl-c'] = await withModel(async (model) => {
    const endpoint = await startFaultyEndpoint(model, FAULTS.hangs, (call) => call >= 1);
    try {
      const run = await timed(() =>
        fieldCheck(args(agent, endpoint.url, model.model), { interruptWhen: 'agent   limit' }),
      );
      const { exitCode, record, leftovers } = run.run;
      const right = exitCode === 130 && record?.stop_reason === 'interrupted' && leftovers.length === 0;
      return told(run, right ? null : `exit ${exitCode}, ${record?.stop_reason}, ${leftovers}`);
    } finally {
      endpoint.close();
    }
  });
  found.child = await withModel(async (model) => {
    const command = "sh -c '(setsid sleep 301 &) ; sleep 302 & sleep 303'";
    const endpoint = await startShellEndpoint(model, command);
    try {
      const run = await timed(() => fieldCheck(args(agent, endpoint.url, model.model)));
      if (!endpoint.offered()) return { outcome: 'no shell', wrong: null };
      return judge(run, { verdict: 'failed', cause: /./ }, 'timed_out');
    } finally {
      endpoint.close();
    }
  });
  return found;
}

function args(agent: string, url: string, model: string): string[] {
  return [
    ...['--tui', agent, '--endpoint', url, '--model', model],
    ...['--timeout', String(LIMIT_S), '--idle-timeout', String(LIMIT_S)],
  ];
}

interface TimedRun {
  run: FieldRun;
  seconds: number;
}

async function timed(work: () => Promise<FieldRun>): Promise<TimedRun> {
  const startMs = performance.now();
  const run = await work();
  return { run, seconds: (performance.now() - startMs) / 1000 };
}

function judge(timedRun: TimedRun, wanted: Wanted, stopReason: string | null = null): Strained {
  const { record, leftovers, stderr } = timedRun.run;
  const kept = (name: string) => wanted.verdict === 'failed' && name.startsWith('codingagentbench-');
  const left = leftovers.filter((name) => !kept(name));
  const activeS = (record?.phases.agent ?? Number.NaN) / 1000;
  const faults = [
    record === null ? `no record: ${stderr.slice(-200)}` : '',
    record?.verdict === wanted.verdict ? '' : `verdict ${record?.verdict}`,
    wanted.cause.test(record?.cause ?? '') ? '' : `cause ${record?.cause}`,
    stopReason === null || record?.stop_reason === stopReason ? '' : `stopped ${record?.stop_reason}`,
    activeS < LIMIT_S + GRACE_S ? '' : `agent took ${activeS.toFixed(0)} s`,
    left.length === 0 ? '' : `left ${left.join(' ')}`,
  ].filter((fault) => fault !== '');
  return told(timedRun, faults.length === 0 ? null : faults.join(', '));
}

function told({ run: { record }, seconds }: TimedRun, wrong: string | null): Strained {
  const what = [record?.stop_reason, record?.cause?.split('.').at(-1)].filter(Boolean).join(' ');
  return { outcome: `${what} ${seconds.toFixed(0)}s`, wrong };
}

async function withModel<T>(
  use: (model: Awaited<ReturnType<typeof startDemoModel>>) => Promise<T>,
): Promise<T> {
  const model = await startDemoModel({
    play: {
      name: 'oracle',
      workspace: '/nowhere',
      edits: [{ path: 'notes.md', before: null, after: 'one line\n' }],
      closing: 'Written.',
    },
  });
  try {
    return await use(model);
  } finally {
    await model.close();
  }
}
