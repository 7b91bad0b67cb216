import { type Cause, isEndpointCause } from '../model/causes.js';
import { ExitCode } from '../model/errors.js';
import type { CallCause, ModelCall } from '../model/model-call.js';
import type { Verdict } from '../model/record.js';
import { endpointWords, overflowWords } from './endpoint-words.js';
import {
  isGood,
  isHungUp,
  longestWaitMs,
  type RunCalls,
  readRunCalls,
  waitedAfterRefusalsMs,
} from './run-calls.js';
import {
  type Allowed,
  diedBySignal,
  type Ended,
  howItDied,
  limitOf,
  type RunStop,
  stopBanners,
  stopOf,
} from './run-stop.js';
import type { VerdictResult } from './state.js';

interface Run {
  calls: RunCalls;
  stop: RunStop;
  testsPassed: boolean | null;
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
export function decideVerdict(spec: Allowed, state: Ended): VerdictResult {
  const stop = stopOf(spec, state);
  const run: Run = { calls: readRunCalls(state.calls), stop, testsPassed: state.tests?.passed ?? null };
  for (const rule of RULES) {
    const ending = rule(run);
    if (ending !== null)
      return { banners: stopBanners(stop), exitCode: EXIT_CODES[ending.verdict], ...ending };
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

function interrupted({ stop }: Run): Ending | null {
  if (stop.reason !== 'interrupted') return null;
  const ending = unscored(
    'interrupted',
    'You stopped the run before it was done.',
    'Run it again to get a score.',
  );
  return { ...ending, banners: [], exitCode: ExitCode.interrupted };
}

/** A check before the run said no, or this program made an error. */
function fault({ stop }: Run): Ending | null {
  if (stop.fault === null) return null;
  return { verdict: 'unscored', banners: [], ...stop.fault };
}

/** Passing tests without any good call prove nothing. */
function passed({ calls, testsPassed }: Run): Ending | null {
  if (!testsPassed || calls.good.length === 0) return null;
  return { verdict: 'passed', cause: null, explanation: null, advice: null };
}

function neverAsked({ calls, stop: { reason, tui, lastWords } }: Run): Ending | null {
  if (calls.main.length > 0) return null;
  const said = lastWords ? ` It last said: ${lastWords}` : '';
  const notStarted = reason === 'not_started';
  return unscored(
    notStarted ? 'agent.not_started' : 'agent.no_calls',
    `${tui} ${notStarted ? 'could not be started' : 'never asked the endpoint anything'}: this says nothing about the model.${said}`,
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
      ? `The model's tool call in answer ${decisive.index} could not be read. The server said: ${decisive.error}`
      : `The model's tool call in answer ${decisive.index} has arguments that are not a JSON object.`,
  );
}

function contextOverflow({ calls, stop }: Run): Ending | null {
  const overflow = calls.failures.findLast(({ cause }) => cause === 'context_overflow');
  if (overflow === undefined) return null;
  if (calls.lastGood === null) {
    return unscored(
      'model.context_overflow',
      `The agent's first request never fitted: this says nothing about the model. ${overflowWords(overflow)}`,
      'Start the server with a larger context, or choose an agent with a shorter prompt.',
    );
  }
  const ending = failed(
    'model.context_overflow',
    overflowWords(overflow),
    'Start the server with a larger context, or choose a model that has one.',
  );
  return { ...ending, banners: [...stopBanners(stop), "The conversation outgrew the model's context"] };
}

const ACCOUNT_OR_PROXY: ReadonlySet<CallCause | null> = new Set<CallCause>([
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

function endedByEndpoint({ calls }: Run, failures: readonly ModelCall[]): Ending | null {
  const decisive = failures.at(-1);
  const cause = decisive?.cause ?? null;
  if (decisive === undefined || !isEndpointCause(cause)) return null;
  const alike = failures.filter((call) => call.cause === cause);
  const { explanation, advice } = endpointWords(cause, decisive, alike, calls);
  return unscored(`endpoint.${cause}`, explanation, advice);
}

function emptyReply({ calls: { lastGood, unanswered } }: Run): Ending | null {
  if (lastGood?.flaw !== 'empty' || unanswered.length > 0) return null;
  return failed(
    'model.empty_reply',
    `The model's answer ${lastGood.index} holds no text and no tool call, and the run ended there.`,
    "Look at the server's log and chat template, then run again.",
  );
}

/** It died by a signal, or ended with an error when it had a tool call of the model's to carry out. */
function agentCrashed({ calls: { lastGood, unanswered }, stop }: Run): Ending | null {
  const leftCall = unanswered.length === 0 && lastGood !== null && lastGood.toolCalls.length > 0;
  const what = diedBySignal(stop)
    ? 'in the middle of the run'
    : stop.reason === 'crashed' && leftCall
      ? `and went no further with the tool call of answer ${lastGood.index}`
      : null;
  if (what === null) return null;
  const said = stop.lastWords ? ` It last said: ${stop.lastWords}` : '';
  return unscored(
    'agent.crashed',
    `${stop.tui} ${howItDied(stop)} ${what}: this says nothing about the model.${said}`,
    LOOK_AT_THE_LOG,
  );
}

/** A call that is silent for less is not yet called stuck. */
const LONG_SILENCE_MS = 120_000;

/** A limit of ours ended the run, and the time had gone to waiting for the endpoint. */
function tooSlow({ calls, stop }: Run): Ending | null {
  if (limitOf(stop) === null) return null;
  const { main } = calls;
  const waitedMs = waitedAfterRefusalsMs(main);
  const silent = calls.unanswered.find((call) => call.cause === 'cut_off' && isStuck(call, main));
  const why = main.every((call) => call.timeToFirstTokenMs === null && !isGood(call))
    ? 'no answer of the model had begun'
    : silent
      ? `request ${silent.index} had been silent for ${seconds(silent.silentMs)}, more than twice the longest wait before`
      : waitedMs >= (stop.timeoutS * 1000) / 2
        ? `${stop.tui} had waited ${seconds(waitedMs)} after refused requests`
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

function isStuck(pending: ModelCall, main: readonly ModelCall[]): boolean {
  return pending.silentMs >= LONG_SILENCE_MS && pending.silentMs > 2 * longestWaitMs(main);
}

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;

function ourLimit(run: Run): Ending | null {
  const limit = limitOf(run.stop);
  if (limit === null) return null;
  const writing = run.calls.unanswered.find(
    ({ cause, timeToFirstTokenMs }) => cause === 'cut_off' && timeToFirstTokenMs !== null,
  );
  const answer = run.calls.lastGood === null ? 'its first answer' : `the answer to request ${writing?.index}`;
  const explanation = writing ? `The model was still writing ${answer} when the run was stopped.` : null;
  return {
    ...failed(`limit.${limit}`, explanation),
    banners: [...stopBanners(run.stop), ...toolBanner(run)],
  };
}

/** The agent ended by itself in the middle of a request, which it had given up. */
function agentHungUp({ calls: { main, lastGood, unanswered }, stop }: Run): Ending | null {
  const last = unanswered.at(-1);
  if (last === undefined || !unanswered.every(isHungUp)) return null;
  if (isStuck(last, main)) {
    return tooSlowEnding(
      `${stop.tui} gave up on request ${last.index}, which had been silent for ${seconds(last.silentMs)}`,
    );
  }
  if (lastGood !== null && stop.reason !== 'crashed') return null;
  return unscored(
    'agent.hung_up',
    `${stop.tui} ended in the middle of request ${last.index}: this says nothing about the model.`,
    'See whether the server is loading or overloaded, and look at the end of agent.log.',
  );
}

function testsFailed(run: Run): Ending {
  const calledNone = run.stop.usesTools && calledNoTool(run.calls);
  return {
    ...failed(calledNone ? 'model.no_tool_calls' : 'model.wrong_fix'),
    banners: [...stopBanners(run.stop), ...toolBanner(run)],
  };
}

function toolBanner({ calls, stop }: Run): string[] {
  return stop.usesTools && calledNoTool(calls) ? ['The model never called a tool'] : [];
}

function calledNoTool({ good }: RunCalls): boolean {
  return good.length > 0 && good.every(({ toolCalls }) => toolCalls.length === 0);
}
