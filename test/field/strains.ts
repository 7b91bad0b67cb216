import type { EditDialect } from '../../src/agents/adapter.js';
import type { DemoModel } from '../../src/endpoint/demo/model.js';
import { assignRoles, fillArguments } from '../../src/endpoint/demo/tool-roles.js';
import type { RunRecord } from '../../src/model/record.js';
import { FAULTS, type FaultName, startFaultyEndpoint } from '../attacks/faulty-endpoint.js';
import { type FieldRun, fieldCheck } from './agents-run.js';
import { withModel } from './scripted.js';
import { startWishfulEndpoint, type Wish } from './wishful-endpoint.js';

/** Seconds that a run may take beyond its agent's limit. */
const GRACE_S = 25;

/** What came of one strain; `wrong` is null when it is what it must be. */
export interface Strained {
  outcome: string;
  wrong: string | null;
}

interface Wanted {
  verdict: RunRecord['verdict'];
  /** Some agents say themselves that they give up, others are stopped at the limit. */
  cause: RegExp;
  /** Null: however it stopped. */
  stopReason: RunRecord['stop_reason'] | null;
}

const unscored = (cause: RegExp): Wanted => ({ verdict: 'unscored', cause, stopReason: null });
const FAULTY: Record<string, { fault: FaultName; wanted: Wanted }> = {
  'http 401': { fault: 'answers 401', wanted: unscored(/^endpoint\.auth$/) },
  'http 500': { fault: 'answers 500', wanted: unscored(/^endpoint\.server_error$/) },
  cut: {
    fault: 'resets the connection in mid-stream',
    wanted: unscored(/^endpoint\.(connection|stream|cut|reset|truncated|interrupted)/),
  },
  hang: { fault: 'hangs', wanted: unscored(/^endpoint\.timeout$/) },
};

const EDITS = [{ path: 'notes.md', before: null, after: 'one line\n' }];
const RAN = 'children-ran';
/** Says that it ran; then one child in a session of its own, one in the background, one in the foreground. */
const CHILDREN = `sh -c 'touch ${RAN}; (setsid sleep 301 &) ; sleep 302 & sleep 303'`;
/** Agents whose model has no way to run a command can be told by the user to run one after an edit. */
const TESTS_AFTER_EDITS: Record<string, readonly string[]> = {
  aider: ['--agent-arg=--auto-test', `--agent-arg=--test-cmd=${CHILDREN}`],
};

export interface Subject {
  agent: string;
  dialect: EditDialect;
  /** From its start to its first model call, as it was measured here. */
  startUpMs: number;
}

export interface Strains {
  found: Record<string, Strained>;
  /** Whether a model can have the agent run a command, with nobody there to say yes. */
  modelRunsCommands: boolean;
}

/** Every strain on one agent, by name, one after the other. */
export async function strain(subject: Subject): Promise<Strains> {
  const { dialect } = subject;
  const found: Record<string, Strained> = {};
  for (const [name, { fault, wanted }] of Object.entries(FAULTY)) {
    found[name] = await withModel(EDITS, dialect, async (model) => {
      const endpoint = await startFaultyEndpoint(model, FAULTS[fault], () => true);
      try {
        return judge(await run(subject, endpoint.url, model), wanted);
      } finally {
        endpoint.close();
      }
    });
  }
  found['ctrl-c'] = await withModel(EDITS, dialect, async (model) => {
    const endpoint = await startFaultyEndpoint(model, FAULTS.hangs, (call) => call >= 1);
    try {
      const interrupted = await run(subject, endpoint.url, model, [], { interruptWhen: 'agent   limit' });
      return judge(interrupted, { verdict: 'unscored', cause: /./, stopReason: 'interrupted' }, 130);
    } finally {
      endpoint.close();
    }
  });
  const { child, modelRunsCommands } = await startChildren(subject);
  found.child = child;
  return { found, modelRunsCommands };
}

/** A shell tool's call; or, of an agent without tools, a command block in the answer, which some agents offer to run. */
const wishToRun =
  (command: string): Wish =>
  ({ tools, assistantTexts }) => {
    const { shell } = assignRoles(tools);
    if (shell !== null)
      return { kind: 'call', text: '', tool: shell.name, arguments: fillArguments(shell, { command }) };
    return assistantTexts.length > 0
      ? null
      : { kind: 'say', text: `Run this:\n\n\`\`\`bash\n${command}\n\`\`\`\n` };
  };

/** Commands still at work at the limit: those that the model has run, or else those that the user lets run. */
async function startChildren(subject: Subject): Promise<{ child: Strained; modelRunsCommands: boolean }> {
  const wanted: Wanted = { verdict: 'failed', cause: /./, stopReason: 'timed_out' };
  const hasRun = ({ record }: FieldRun) => record?.scores.blast_radius.added.includes(RAN) ?? false;
  const judged = (result: StrainedRun): Strained => {
    const { outcome, wrong } = judge(result, wanted);
    return { outcome, wrong: wrong ?? (hasRun(result) ? null : 'no child was started') };
  };
  return withModel(EDITS, subject.dialect, async (model) => {
    const endpoint = await startWishfulEndpoint(model, wishToRun(CHILDREN));
    const byModel = await run(subject, endpoint.url, model).finally(endpoint.close);
    const modelRunsCommands = hasRun(byModel);
    const args = TESTS_AFTER_EDITS[subject.agent];
    if (modelRunsCommands || args === undefined) return { child: judged(byModel), modelRunsCommands };
    const user = await startWishfulEndpoint(model, () => null);
    const byUser = await run(subject, user.url, model, args).finally(user.close);
    return { child: judged(byUser), modelRunsCommands };
  });
}

interface StrainedRun extends FieldRun {
  seconds: number;
  limitS: number;
}

/** A run with a limit that goes by how long this agent takes to start, also on a busier machine. */
async function run(
  { agent, startUpMs }: Subject,
  url: string,
  { model }: DemoModel,
  more: readonly string[] = [],
  options: Parameters<typeof fieldCheck>[1] = {},
): Promise<StrainedRun> {
  const limitS = 20 + Math.ceil((4 * startUpMs) / 1000);
  const limits = ['--timeout', `${limitS}`, '--idle-timeout', `${limitS}`];
  const startMs = performance.now();
  const args = ['--tui', agent, '--endpoint', url, '--model', model, ...limits, ...more];
  const result = await fieldCheck(args, options);
  return { ...result, limitS, seconds: (performance.now() - startMs) / 1000 };
}

function judge(
  { record, exitCode, leftovers, stderr, seconds, limitS }: StrainedRun,
  wanted: Wanted,
  wantedExit: number | null = null,
): Strained {
  const activeS = (record?.phases.agent ?? Number.NaN) / 1000;
  const { verdict, cause, stop_reason: stopReason } = record ?? {};
  const faults = [
    record === null ? `no record: ${stderr.slice(-200)}` : '',
    verdict === wanted.verdict ? '' : `verdict ${verdict}`,
    wanted.cause.test(cause ?? '') ? '' : `cause ${cause}`,
    wanted.stopReason === null || stopReason === wanted.stopReason ? '' : `stopped ${stopReason}`,
    wantedExit === null || exitCode === wantedExit ? '' : `exit ${exitCode}`,
    activeS < limitS + GRACE_S ? '' : `agent took ${activeS.toFixed(0)} s`,
    leftovers.length === 0 ? '' : `left ${leftovers.join(' ')}`,
  ].filter((fault) => fault !== '');
  const what = [stopReason, cause?.split('.').at(-1)].filter(Boolean).join(' ');
  return {
    outcome: `${what} ${seconds.toFixed(0)}s`,
    wrong: faults.length === 0 ? null : faults.join(', '),
  };
}
