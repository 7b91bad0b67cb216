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
import { diedBySignal, howItDied, lastStderrLine, reachedLimit, stopBanners } from './stop-reason.js';

/** The verdict, with its reason. */
export interface VerdictResult {
  verdict: Verdict;
  cause: Cause | null;
  explanation: string | null;
  advice: string | null;
  banners: string[];
  exitCode: ExitCode;
}

/** What the rules read. */
interface Facts {
  state: RunState;
  tui: string;
  calls: RunCalls;
}
type Decision = Omit<VerdictResult, 'banners' | 'exitCode'> & Partial<VerdictResult>;
/** Returns a decision when the rule applies; else null. */
type Rule = (facts: Facts) => Decision | null;

/** The first rule that applies decides. The last one always applies. */
const RULES: readonly Rule[] = [
  interrupted,
  fault,
  passed,
  noMainCall,
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
 * Decides the verdict. Tests and calls come before the stop reason. A failure of the infrastructure makes the run unscored,
 * not failed. A call "ended the run" when no good main call followed it.
 */
export function decideVerdict(state: RunState): VerdictResult {
  const facts: Facts = { state, tui: state.started?.tui ?? 'The agent', calls: readRunCalls(state.calls) };
  for (const rule of RULES) {
    const decision = rule(facts);
    if (decision !== null)
      return { banners: stopBanners(state), exitCode: EXIT_CODES[decision.verdict], ...decision };
  }
  throw new Error('The last rule applies to every run.');
}

const EXIT_CODES: Record<Verdict, ExitCode> = {
  passed: ExitCode.passed,
  failed: ExitCode.failed,
  unscored: ExitCode.unscored,
};

const LOOK_AT_THE_LOG =
  "Look at the end of the run's agent.log; try again with --sandbox off, or with --agent-bin pointing at another build.";

function unscored(cause: Cause, explanation: string, advice: string | null): Decision {
  return { verdict: 'unscored', cause, explanation, advice };
}

function failed(cause: Cause, explanation: string | null = null, advice: string | null = null): Decision {
  return { verdict: 'failed', cause, explanation, advice };
}

function interrupted({ state }: Facts): Decision | null {
  if (!state.interrupted) return null;
  const decision = unscored(
    'interrupted',
    'You stopped the run before it was done.',
    'Run it again to get a score.',
  );
  return { ...decision, banners: [], exitCode: ExitCode.interrupted };
}

/** A preflight check failed, or this program made an error. */
function fault({ state: { blocked, fault, stopped } }: Facts): Decision | null {
  if (blocked) {
    const decision = unscored(`preflight.${blocked.id}`, blocked.detail, blocked.fix);
    return { ...decision, banners: [], exitCode: ExitCode.preflight };
  }
  if (!fault) return null;
  // A task that was found broken before the agent started is the user's to fix.
  const isUsage = stopped === null && fault.exit_code === ExitCode.usage;
  return {
    ...unscored('harness', fault.message, fault.fix),
    banners: [],
    exitCode: isUsage ? ExitCode.usage : ExitCode.unscored,
  };
}

/** Tests that pass without any good call prove nothing. */
function passed({ calls, state: { tests } }: Facts): Decision | null {
  if (!tests?.passed || calls.good.length === 0) return null;
  return { verdict: 'passed', cause: null, explanation: null, advice: null };
}

function noMainCall({ calls, state, tui }: Facts): Decision | null {
  if (calls.main.length > 0) return null;
  const notStarted = state.stopped === null;
  return unscored(
    notStarted ? 'agent.not_started' : 'agent.no_calls',
    `${tui} ${notStarted ? 'could not be started' : 'never asked the endpoint anything'}: this says nothing about the model.${lastStderrLine(state)}`,
    LOOK_AT_THE_LOG,
  );
}

/** The model's last tool call was malformed, by our reading or by the server's report. */
function malformedCall({ calls }: Facts): Decision | null {
  const reported = calls.failures.findLast(({ cause }) => cause === 'malformed_call');
  const lastMalformed = calls.lastGood?.flaw === 'malformed_call' ? calls.lastGood : null;
  const decisive = reported ?? lastMalformed;
  if (!decisive) return null;
  return failed(
    'model.malformed_call',
    reported
      ? `The model's tool call in answer ${decisive.n} could not be read. The server said: ${decisive.error}`
      : `The model's tool call in answer ${decisive.n} has arguments that are not a JSON object.`,
  );
}

function contextOverflow({ calls, state }: Facts): Decision | null {
  const overflow = calls.failures.findLast(({ cause }) => cause === 'context_overflow');
  if (overflow === undefined) return null;
  if (calls.lastGood === null) {
    return unscored(
      'model.context_overflow',
      `The agent's first request never fitted: this says nothing about the model. ${explainOverflow(overflow)}`,
      'Start the server with a larger context, or choose an agent with a shorter prompt.',
    );
  }
  const decision = failed(
    'model.context_overflow',
    explainOverflow(overflow),
    'Start the server with a larger context, or choose a model that has one.',
  );
  return { ...decision, banners: [...stopBanners(state), "The conversation outgrew the model's context"] };
}

const ACCOUNT_OR_PROXY: ReadonlySet<string | null> = new Set<CallCause>([
  'rate_limited',
  'quota',
  'request_too_large',
]);

function limitOfAccountOrProxy(facts: Facts): Decision | null {
  return endedByEndpoint(
    facts,
    facts.calls.failures.filter(({ cause }) => ACCOUNT_OR_PROXY.has(cause)),
  );
}

/** Any refusal or break that no earlier rule covers. */
function endpointFailed(facts: Facts): Decision | null {
  return endedByEndpoint(facts, facts.calls.failures);
}

function endedByEndpoint({ calls }: Facts, failures: readonly CallState[]): Decision | null {
  const decisive = failures.at(-1);
  const cause = decisive?.cause ?? null;
  if (decisive === undefined || !isEndpointCause(cause)) return null;
  const alike = failures.filter((call) => call.cause === cause);
  const { explanation, advice } = explainEndpoint(cause, decisive, alike, calls);
  return unscored(`endpoint.${cause}`, explanation, advice);
}

function emptyReply({ calls: { lastGood, unanswered } }: Facts): Decision | null {
  if (lastGood?.flaw !== 'empty' || unanswered.length > 0) return null;
  return failed(
    'model.empty_reply',
    `The model's answer ${lastGood.n} holds no text and no tool call, and the run ended there.`,
    "Look at the server's log and chat template, then run again.",
  );
}

/** The agent died by a signal, or exited with an error before it executed the model's tool call. */
function agentCrashed({ calls: { lastGood, unanswered }, state, tui }: Facts): Decision | null {
  const hasOpenToolCall = unanswered.length === 0 && lastGood !== null && lastGood.tool_calls.length > 0;
  const when = diedBySignal(state)
    ? 'in the middle of the run'
    : state.stopped?.stop_reason === 'crashed' && hasOpenToolCall
      ? `and went no further with the tool call of answer ${lastGood.n}`
      : null;
  if (when === null) return null;
  return unscored(
    'agent.crashed',
    `${tui} ${howItDied(state)} ${when}: this says nothing about the model.${lastStderrLine(state)}`,
    LOOK_AT_THE_LOG,
  );
}

/** A call that was silent for less time is not stuck. */
const LONG_SILENCE_MS = 120_000;

/** A limit of this program ended the run because the endpoint was slow. */
function tooSlow({ calls, state, tui }: Facts): Decision | null {
  if (reachedLimit(state) === null) return null;
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
  return tooSlowDecision(`When the run was stopped, ${why}`);
}

function tooSlowDecision(what: string): Decision {
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

/** Old runs have no `silent_ms`: their calls are never stuck. */
const silentMs = ({ silent_ms }: CallState) => silent_ms ?? 0;

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;

function ourLimit(facts: Facts): Decision | null {
  const limit = reachedLimit(facts.state);
  if (limit === null) return null;
  const writing = facts.calls.unanswered.find(
    ({ cause, time_to_first_token_ms }) => cause === 'cut_off' && time_to_first_token_ms !== null,
  );
  const answer = facts.calls.lastGood === null ? 'its first answer' : `the answer to request ${writing?.n}`;
  const explanation = writing ? `The model was still writing ${answer} when the run was stopped.` : null;
  return {
    ...failed(`limit.${limit}`, explanation),
    banners: [...stopBanners(facts.state), ...toolBanner(facts)],
  };
}

/** The agent gave up on a request and ended. */
function agentHungUp({ calls: { main, lastGood, unanswered }, state, tui }: Facts): Decision | null {
  const last = unanswered.at(-1);
  if (last === undefined || !unanswered.every(isHungUp)) return null;
  if (isStuck(last, main)) {
    return tooSlowDecision(
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

function testsFailed(facts: Facts): Decision {
  return {
    ...failed(calledNoTool(facts) ? 'model.no_tool_calls' : 'model.wrong_fix'),
    banners: [...stopBanners(facts.state), ...toolBanner(facts)],
  };
}

function toolBanner(facts: Facts): string[] {
  return calledNoTool(facts) ? ['The model never called a tool'] : [];
}

/** The model answered but never called a tool, although the agent offers tools. */
function calledNoTool({ calls: { good }, state: { started } }: Facts): boolean {
  if (!started?.uses_tools) return false;
  return good.length > 0 && good.every(({ tool_calls }) => tool_calls.length === 0);
}
