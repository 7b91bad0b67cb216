import type { CallCause, ModelCall } from '../endpoint/model-call.js';
import { ExitCode } from '../errors.js';
import type { LimitHit } from '../sandbox/limits.js';
import type { BudgetLimits } from './budget.js';
import type { StopReason, Verdict } from './record.js';

export interface VerdictFacts {
  stopReason: StopReason;
  /** Null when the tests never ran. */
  testsPassed: boolean | null;
  /** The agent's calls, in order; preflight's are not among them. */
  calls: readonly ModelCall[];
  timeoutS: number;
  idleS: number;
  budget: BudgetLimits;
  tui: string;
  /** Whether the agent has the model call tools at all. */
  usesTools: boolean;
  /** What the agent last said on stderr: shown when it died without asking the endpoint. */
  lastWords: string | null;
  /** With the stop reason `limit`: which. */
  limitHit?: LimitHit | null;
}

export interface VerdictResult {
  verdict: Verdict;
  cause: string | null;
  explanation: string | null;
  advice: string | null;
  banners: string[];
  exitCode: ExitCode;
}

/** Failures of the endpoint and not of the model: a run that ended on one says nothing about capability. */
const INFRASTRUCTURE: ReadonlySet<CallCause> = new Set([
  'auth',
  'not_found',
  'model_unknown',
  'rate_limited',
  'quota',
  'server_error',
  'timeout',
  'connection',
  'malformed_stream',
]);

/**
 * What a run is worth. Why it stopped and what it is worth are two things: the tests and the call log decide, never the
 * agent's exit code; a failure of the infrastructure is an unscored run and not a zero.
 */
export function decideVerdict(facts: VerdictFacts): VerdictResult {
  const { calls, testsPassed } = facts;
  const answered = calls.filter((call) => call.cause === null);
  const banners = stopBanner(facts);

  if (facts.stopReason === 'interrupted') {
    return unscored(
      'interrupted',
      'You stopped the run before it was done.',
      'Run it again to get a score.',
      {
        exitCode: ExitCode.interrupted,
      },
    );
  }
  if (calls.length === 0) {
    const said = facts.lastWords ? ` It last said: ${facts.lastWords}` : '';
    return unscored(
      facts.stopReason === 'not_started' ? 'agent.not_started' : 'agent.no_calls',
      `${facts.tui} ${facts.stopReason === 'not_started' ? 'could not be started' : 'never asked the endpoint anything'}: this says nothing about the model.${said}`,
      "Look at the end of the run's agent.log; try again with --sandbox off, or with --agent-bin pointing at another build.",
      { banners },
    );
  }
  if (testsPassed && answered.length > 0) {
    return {
      verdict: 'passed',
      cause: null,
      explanation: null,
      advice: null,
      banners,
      exitCode: ExitCode.passed,
    };
  }
  const decisive = answered.length === 0 ? lastFailure(calls) : endedOn(calls);
  if (decisive) return endpointFailure(decisive, calls, banners);
  return {
    verdict: 'failed',
    cause: failureCause(facts, answered),
    explanation: null,
    advice: null,
    banners: [...banners, ...modelBanners(facts, answered)],
    exitCode: ExitCode.failed,
  };
}

function unscored(
  cause: string,
  explanation: string,
  advice: string,
  more: Partial<VerdictResult> = {},
): VerdictResult {
  return {
    verdict: 'unscored',
    cause,
    explanation,
    advice,
    banners: [],
    exitCode: ExitCode.unscored,
    ...more,
  };
}

/** The last call that failed by itself; a call that our own stop cut off counts only when there is no other. */
function lastFailure(calls: readonly ModelCall[]): ModelCall | undefined {
  return calls.findLast((call) => call.cause !== 'client_abort') ?? calls.at(-1);
}

/** The last call, when the run ended on a failure of the infrastructure. */
function endedOn(calls: readonly ModelCall[]): ModelCall | null {
  const last = lastFailure(calls);
  return last?.cause && INFRASTRUCTURE.has(last.cause) ? last : null;
}

const SENTENCES: Record<CallCause, { what: string; advice: string }> = {
  auth: { what: 'refused the key', advice: 'Check the key: --key-file FILE, --key - or CAB_KEY.' },
  not_found: {
    what: 'has nothing at that address',
    advice: 'Check --endpoint; it usually ends in /v1.',
  },
  model_unknown: {
    what: 'does not know the model',
    advice: 'Check --model against the list the server gives at /models.',
  },
  rate_limited: { what: 'limited the rate', advice: 'Retry later, or lower the load on that endpoint.' },
  quota: { what: 'has no quota left for this key', advice: 'Top up or use another key.' },
  context_overflow: {
    what: 'found the request too long for its context',
    advice: 'Start the server with a larger context, or choose a model that has one.',
  },
  bad_request: {
    what: 'rejected the request',
    advice: "The server's own words are in the record's model_calls.",
  },
  server_error: { what: 'failed', advice: "Look at the server's log, then run again." },
  timeout: {
    what: 'did not answer in time',
    advice: 'See whether the server is loading or overloaded, then run again.',
  },
  connection: {
    what: 'could not be reached or broke off',
    advice: 'See whether the server is up, then run again.',
  },
  malformed_stream: {
    what: 'sent a broken stream',
    advice: "Look at the server's log and version, then run again.",
  },
  empty_reply: {
    what: 'sent empty answers',
    advice: "Look at the server's log and chat template, then run again.",
  },
  client_abort: {
    what: 'did not answer before the time was up',
    advice: 'See whether the server is loading or overloaded, then run again with a longer --timeout.',
  },
};

function endpointFailure(decisive: ModelCall, calls: readonly ModelCall[], banners: string[]): VerdictResult {
  const kind = decisive.cause ?? 'connection';
  const alike = calls.filter((call) => call.cause === kind).length;
  const status = decisive.status !== null && decisive.status >= 400 ? ` (HTTP ${decisive.status})` : '';
  const { what, advice } = SENTENCES[kind];
  const retry = decisive.retryAfterS === null ? '' : ` retry-after said ${decisive.retryAfterS} s.`;
  const words = decisive.error ? ` It said: ${decisive.error}` : '';
  return unscored(
    `endpoint.${kind === 'client_abort' ? 'timeout' : kind}`,
    `The endpoint ${what}${status} in ${alike} of ${calls.length} calls: infrastructure, not capability.${words}`,
    `${advice}${retry}`,
    { banners },
  );
}

function calledNoTool(answered: readonly ModelCall[]): boolean {
  return answered.length > 0 && answered.every((call) => call.toolCalls.length === 0);
}

/** What is known of why the tests failed: the model's or the agent's own doing. */
function failureCause(facts: VerdictFacts, answered: readonly ModelCall[]): string | null {
  const { stopReason, calls } = facts;
  if (calls.at(-1)?.cause === 'context_overflow') return 'model.context_overflow';
  if (facts.limitHit) return `limit.${facts.limitHit.kind}`;
  if (facts.usesTools && calledNoTool(answered)) return 'model.no_tool_calls';
  return stopReason === 'finished' ? null : `agent.${stopReason}`;
}

function modelBanners({ calls, usesTools }: VerdictFacts, answered: readonly ModelCall[]): string[] {
  const overflow = calls.at(-1)?.cause === 'context_overflow';
  return [
    ...(overflow ? ["The conversation outgrew the model's context"] : []),
    ...(usesTools && calledNoTool(answered) ? ['The model never called a tool'] : []),
  ];
}

function stopBanner({ stopReason, timeoutS, idleS, budget, tui, limitHit }: VerdictFacts): string[] {
  switch (stopReason) {
    case 'timed_out':
      return [`${tui} was stopped after ${timeoutS} s, the time limit`];
    case 'idle':
      return [`${tui} was stopped: ${idleS} s without output, model call or running tool`];
    case 'budget': {
      const limits = [
        ...(budget.maxCalls === null ? [] : [`${budget.maxCalls} calls`]),
        ...(budget.maxTokens === null ? [] : [`${budget.maxTokens} tokens`]),
      ];
      return [`${tui} was stopped: its budget of ${limits.join(' or ')} was spent`];
    }
    case 'limit':
      return [`${tui} was stopped: ${limitHit?.what ?? 'it went over a limit of this machine'}`];
    case 'crashed':
      return [`${tui} ended with an error; the tests ran on what it left`];
    default:
      return [];
  }
}
