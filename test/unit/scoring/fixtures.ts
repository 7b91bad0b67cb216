import type { VisibleRun } from '../../../src/grading/visible-tests.js';
import type { ChangedText, TreeChanges } from '../../../src/model/changes.js';
import type { Span } from '../../../src/model/record.js';
import type { CallState } from '../../../src/model/run-state.js';
import type { ScoringState } from '../../../src/scoring/axis.js';
import { gradedEvents } from '../../../src/scoring/graded-events.js';
import { type RunScores, scoreRun } from '../../../src/scoring/score.js';
import type { TaskManifest } from '../../../src/tasks/manifest.js';

export function manifestOf(overrides: Partial<TaskManifest> = {}): TaskManifest {
  return {
    family: 'mutations',
    language: 'rust',
    title: 'a task',
    toolchain: [],
    max_turns: 10,
    test_format: 'libtest',
    fail_to_pass: [],
    pass_to_pass: [],
    ground_truth_files: ['src/lib.rs'],
    editable: ['src/**'],
    protected: ['tests/**'],
    test_regions: [],
    expected_refusal: false,
    constraints: [],
    dependencies: [],
    visible_tests_only: false,
    controls: [],
    ignore: [],
    canary: 'cab-canary-0000000000000000',
    agentTimeoutS: 600,
    verifierTimeoutS: 60,
    ...overrides,
  };
}

export function callOf(overrides: Partial<CallState> = {}): CallState {
  return {
    n: 1,
    probe: false,
    start_ms: 0,
    timestamp: '2026-01-01T00:00:00.000Z',
    path: '/v1/chat/completions',
    stream: true,
    requested_model: 'm',
    served_model: 'm',
    request_hash: '',
    offered_tools: 1,
    prompt_tokens: 100,
    completion_tokens: 10,
    cached_tokens: null,
    reasoning_tokens: null,
    usage_missing: null,
    latency_ms: 1000,
    time_to_first_token_ms: 100,
    silent_ms: 0,
    finish: 'stop',
    flaw: null,
    tool_calls: [],
    text: '',
    status: 200,
    retry_after_s: null,
    cause: null,
    error: null,
    ...overrides,
  };
}

export type Tests = Omit<VisibleRun, 'cases' | 'unnamed'>;

/** The input of scoring, as tests write it. Null: not measured. */
export interface Situation {
  taskId: string;
  manifest: TaskManifest;
  unscored: string | null;
  calls: readonly CallState[];
  wallClockMs: number | null;
  containerActiveMs: number | null;
  changes: TreeChanges | null;
  texts: readonly ChangedText[];
  tests: Tests | null;
}

/** A passed run like a published cell, with overrides. */
export function situationOf(overrides: Partial<Situation> = {}): Situation {
  return {
    taskId: 'mutations/rust-error-negated',
    manifest: manifestOf(),
    unscored: null,
    calls: [callOf()],
    wallClockMs: 13_395.122,
    containerActiveMs: 13_393.306,
    changes: { added: [], removed: [], modified: ['src/lib.rs'], extraGitDir: false },
    texts: [],
    tests: { passed: true, exitCode: 0, timedOut: false, stdoutTail: '', stderrTail: '' },
    ...overrides,
  };
}

const NO_CHANGE: TreeChanges = { added: [], removed: [], modified: [], extraGitDir: false };

/** The run state of a situation. */
export function stateOf(situation: Situation): ScoringState {
  const { manifest, calls, wallClockMs, containerActiveMs, changes, texts, tests } = situation;
  const graded = gradedEvents(manifest, {
    diff: changes ?? NO_CHANGE,
    texts: [...texts],
    tests: {
      passed: false,
      exitCode: null,
      timedOut: false,
      stdoutTail: '',
      stderrTail: '',
      unnamed: [],
      ...tests,
    },
    cases: [],
  });
  return {
    calls,
    spans: wallClockMs === null ? [] : [spanOf('task_setup', 0, 0), spanOf('cleanup', 0, wallClockMs)],
    stopped:
      containerActiveMs === null
        ? null
        : {
            type: 'agent_stopped',
            t_ms: 0,
            stop_reason: 'finished',
            exit_code: 0,
            signal: null,
            active_ms: containerActiveMs,
          },
    changes: changes && graded.changes,
    tests: tests && graded.tests,
  };
}

export function scoresOf(overrides: Partial<Situation> = {}): RunScores {
  const situation = situationOf(overrides);
  const { taskId: id, manifest, unscored } = situation;
  return scoreRun({ id, manifest }, stateOf(situation), unscored);
}

function spanOf(kind: Span['kind'], start_ms: number, duration_ms: number): Span {
  return { span_id: kind, parent_id: null, kind, name: kind, start_ms, duration_ms, attrs: {}, error: null };
}
