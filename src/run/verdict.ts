import { type Cause, isEndpointCause } from '../model/causes.js';
import { ExitCode } from '../model/errors.js';
import type { CallCause } from '../model/model-call.js';
import type { Verdict } from '../model/record.js';
import type { CallState, RunState } from '../model/run-state.js';
import { explainEndpoint, explainOverflow } from './endpoint-explanation.js';
import {
  isGood,
  isHungUp,
  longestWaitMs,
  type RunCalls,
  readRunCalls,
  waitedAfterRefusalsMs,
} from './run-calls.js';
import { diedBySignal, howItDied, lastWords, limitOf, stopBanners } from './stop-reason.js';

/** What the run is worth, and why. */
export interface VerdictResult {
  verdict: Verdict;
  cause: Cause | null;
  explanation: string | null;
  advice: string | null;
  banners: string[];
  exitCode: ExitCode;
}

/** What the rules read: the state, and the agent's calls as the rules see them. */
interface Run {
  state: RunState;
  tui: string;
  calls: RunCalls;
}
type Ending = Omit<VerdictResult, 'banners' | 'exitCode'> & Partial<VerdictResult>;
/** What the run is worth, when the rule holds for it. */
type Rule = (run: Run) => Ending | null;

/** In this order; the first that holds decides. The last one always does. */
const RULES: readonly Rule[] = [
  interrupted,
  fault,
  passed,
  neverAsked,
  malformedCall,
  contextOverflow,
  limitOfAccountOrProxy,
  endpointFailed,
  emptyReply,
  agentCrashed,
  tooSlow,
  ourLimit,
  agentHungUp,
  testsFailed,
];

/**
 * What a run is worth. Why it stopped and what it is worth are two things: the tests and the calls decide, and a failure
 * of the infrastructure is an unscored run and not a zero. "It ended the run" means: no good main call followed it.
 */
export function decideVerdict(state: RunState): VerdictResult {
  const run: Run = { state, tui: state.started?.tui ?? 'The agent', calls: readRunCalls(state.calls) };
  for (const rule of RULES) {
    const ending = rule(run);
    if (ending !== null)
      return { banners: stopBanners(state), exitCode: EXIT_CODES[ending.verdict], ...ending };
  }
  throw new Error('The last rule holds for every run.');
}

const EXIT_CODES: Record<Verdict, ExitCode> = {
  passed: ExitCode.passed,
  failed: ExitCode.failed,
  unscored: ExitCode.unscored,
};

const LOOK_AT_THE_LOG =
  "Look at the end of the run's agent.log; try again with --sandbox off, or with --agent-bin pointing at another build.";

function unscored(cause: Cause, explanation: string, advice: string | null): Ending {
  return { verdict: 'unscored', cause, explanation, advice };
}

function failed(cause: Cause, explanation: string | null = null, advice: string | null = null): Ending {
  return { verdict: 'failed', cause, explanation, advice };
}

function interrupted({ state }: Run): Ending | null {
  if (!state.interrupted) return null;
  const ending = unscored(
    'interrupted',
    'You stopped the run before it was done.',
    'Run it again to get a score.',
  );
  return { ...ending, banners: [], exitCode: ExitCode.interrupted };
}

/** A check before the run said no, or this program made an error. */
function fault({ state: { blocked, fault, stopped } }: Run): Ending | null {
  if (blocked) {
    const ending = unscored(`preflight.${blocked.id}`, blocked.detail, blocked.fix);
    return { ...ending, banners: [], exitCode: ExitCode.preflight };
  }
  if (!fault) return null;
  // A broken task that was found out before an agent started is the user's to mend.
  const isUsers = stopped === null && fault.exit_code === ExitCode.usage;
  return {
    ...unscored('harness', fault.message, fault.fix),
    banners: [],
    exitCode: isUsers ? ExitCode.usage : ExitCode.unscored,
  };
}

/** Passing tests without any good call prove nothing. */
function passed({ calls, state: { tests } }: Run): Ending | null {
  if (!tests?.passed || calls.good.length === 0) return null;
  return { verdict: 'passed', cause: null, explanation: null, advice: null };
}

function neverAsked({ calls, state, tui }: Run): Ending | null {
  if (calls.main.length > 0) return null;
  const notStarted = state.stopped === null;
  return unscored(
    notStarted ? 'agent.not_started' : 'agent.no_calls',
    `${tui} ${notStarted ? 'could not be started' : 'never asked the endpoint anything'}: this says nothing about the model.${lastWords(state)}`,
    LOOK_AT_THE_LOG,
  );
}

/** The model's own tool call could not be read, as we saw or as the server said. */
function malformedCall({ calls }: Run): Ending | null {
  const reported = calls.failures.findLast(({ cause }) => cause === 'malformed_call');
  const seen = calls.lastGood?.flaw === 'malformed_call' ? calls.lastGood : null;
  const decisive = reported ?? seen;
  if (!decisive) return null;
  return failed(
    'model.malformed_call',
    reported
      ? `The model's tool call in answer ${decisive.n} could not be read. The server said: ${decisive.error}`
      : `The model's tool call in answer ${decisive.n} has arguments that are not a JSON object.`,
  );
}

function contextOverflow({ calls, state }: Run): Ending | null {
  const overflow = calls.failures.findLast(({ cause }) => cause === 'context_overflow');
  if (overflow === undefined) return null;
  if (calls.lastGood === null) {
    return unscored(
      'model.context_overflow',
      `The agent's first request never fitted: this says nothing about the model. ${explainOverflow(overflow)}`,
      'Start the server with a larger context, or choose an agent with a shorter prompt.',
    );
  }
  const ending = failed(
    'model.context_overflow',
    explainOverflow(overflow),
    'Start the server with a larger context, or choose a model that has one.',
  );
  return { ...ending, banners: [...stopBanners(state), "The conversation outgrew the model's context"] };
}

const ACCOUNT_OR_PROXY: ReadonlySet<string | null> = new Set<CallCause>([
  'rate_limited',
  'quota',
  'request_too_large',
]);

function limitOfAccountOrProxy(run: Run): Ending | null {
  return endedByEndpoint(
    run,
    run.calls.failures.filter(({ cause }) => ACCOUNT_OR_PROXY.has(cause)),
  );
}

/** Any refusal, break or cut that no rule above has named. */
function endpointFailed(run: Run): Ending | null {
  return endedByEndpoint(run, run.calls.failures);
}

function endedByEndpoint({ calls }: Run, failures: readonly CallState[]): Ending | null {
  const decisive = failures.at(-1);
  const cause = decisive?.cause ?? null;
  if (decisive === undefined || !isEndpointCause(cause)) return null;
  const alike = failures.filter((call) => call.cause === cause);
  const { explanation, advice } = explainEndpoint(cause, decisive, alike, calls);
  return unscored(`endpoint.${cause}`, explanation, advice);
}

function emptyReply({ calls: { lastGood, unanswered } }: Run): Ending | null {
  if (lastGood?.flaw !== 'empty' || unanswered.length > 0) return null;
  return failed(
    'model.empty_reply',
    `The model's answer ${lastGood.n} holds no text and no tool call, and the run ended there.`,
    "Look at the server's log and chat template, then run again.",
  );
}

/** It died by a signal, or ended with an error when it had a tool call of the model's to carry out. */
function agentCrashed({ calls: { lastGood, unanswered }, state, tui }: Run): Ending | null {
  const leftCall = unanswered.length === 0 && lastGood !== null && lastGood.tool_calls.length > 0;
  const what = diedBySignal(state)
    ? 'in the middle of the run'
    : state.stopped?.stop_reason === 'crashed' && leftCall
      ? `and went no further with the tool call of answer ${lastGood.n}`
      : null;
  if (what === null) return null;
  return unscored(
    'agent.crashed',
    `${tui} ${howItDied(state)} ${what}: this says nothing about the model.${lastWords(state)}`,
    LOOK_AT_THE_LOG,
  );
}

/** A call that is silent for less is not yet called stuck. */
const LONG_SILENCE_MS = 120_000;

/** A limit of ours ended the run, and the time had gone to waiting for the endpoint. */
function tooSlow({ calls, state, tui }: Run): Ending | null {
  if (limitOf(state) === null) return null;
  const { main } = calls;
  const waitedMs = waitedAfterRefusalsMs(main);
  const silent = calls.unanswered.find((call) => call.cause === 'cut_off' && isStuck(call, main));
  const why = main.every((call) => call.time_to_first_token_ms === null && !isGood(call))
    ? 'no answer of the model had begun'
    : silent
      ? `request ${silent.n} had been silent for ${seconds(silentMs(silent))}, more than twice the longest wait before`
      : waitedMs >= ((state.started?.timeout_s ?? Number.POSITIVE_INFINITY) * 1000) / 2
        ? `${tui} had waited ${seconds(waitedMs)} after refused requests`
        : null;
  if (why === null) return null;
  return tooSlowEnding(`When the run was stopped, ${why}`);
}

function tooSlowEnding(what: string): Ending {
  return unscored(
    'endpoint.too_slow',
    `${what}: infrastructure, not capability.`,
    'See whether the server is loading or overloaded, then run again, with a longer --timeout if need be.',
  );
}

function isStuck(pending: CallState, main: readonly CallState[]): boolean {
  const silent = silentMs(pending);
  return silent >= LONG_SILENCE_MS && silent > 2 * longestWaitMs(main);
}

/** Old runs did not keep how long a call was silent: none of theirs is called stuck. */
const silentMs = ({ silent_ms }: CallState) => silent_ms ?? 0;

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;

function ourLimit(run: Run): Ending | null {
  const limit = limitOf(run.state);
  if (limit === null) return null;
  const writing = run.calls.unanswered.find(
    ({ cause, time_to_first_token_ms }) => cause === 'cut_off' && time_to_first_token_ms !== null,
  );
  const answer = run.calls.lastGood === null ? 'its first answer' : `the answer to request ${writing?.n}`;
  const explanation = writing ? `The model was still writing ${answer} when the run was stopped.` : null;
  return {
    ...failed(`limit.${limit}`, explanation),
    banners: [...stopBanners(run.state), ...toolBanner(run)],
  };
}

/** The agent ended by itself in the middle of a request, which it had given up. */
function agentHungUp({ calls: { main, lastGood, unanswered }, state, tui }: Run): Ending | null {
  const last = unanswered.at(-1);
  if (last === undefined || !unanswered.every(isHungUp)) return null;
  if (isStuck(last, main)) {
    return tooSlowEnding(
      `${tui} gave up on request ${last.n}, which had been silent for ${seconds(silentMs(last))}`,
    );
  }
  if (lastGood !== null && state.stopped?.stop_reason !== 'crashed') return null;
  return unscored(
    'agent.hung_up',
    `${tui} ended in the middle of request ${last.n}: this says nothing about the model.`,
    'See whether the server is loading or overloaded, and look at the end of agent.log.',
  );
}

function testsFailed(run: Run): Ending {
  return {
    ...failed(calledNoTool(run) ? 'model.no_tool_calls' : 'model.wrong_fix'),
    banners: [...stopBanners(run.state), ...toolBanner(run)],
  };
}

function toolBanner(run: Run): string[] {
  return calledNoTool(run) ? ['The model never called a tool'] : [];
}

/** Answers came, and none of them called a tool, though the agent works by tool calls. */
function calledNoTool({ calls: { good }, state: { started } }: Run): boolean {
  if (!started?.uses_tools) return false;
  return good.length > 0 && good.every(({ tool_calls }) => tool_calls.length === 0);
}
