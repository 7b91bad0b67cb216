import type { ModelCall } from '../../src/model/model-call.js';
import type { CellFacts } from '../../src/scoring/facts.js';
import type { TaskManifest } from '../../src/tasks/manifest.js';

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

export function callOf(overrides: Partial<ModelCall> = {}): ModelCall {
  return {
    index: 1,
    probe: false,
    startedAtMs: 0,
    timestamp: '2026-01-01T00:00:00.000Z',
    path: '/v1/chat/completions',
    stream: true,
    requestedModel: 'm',
    servedModel: 'm',
    requestHash: '',
    offeredTools: 1,
    promptTokens: 100,
    completionTokens: 10,
    cachedTokens: null,
    reasoningTokens: null,
    usageMissing: null,
    latencyMs: 1000,
    timeToFirstTokenMs: 100,
    silentMs: 0,
    finish: 'stop',
    flaw: null,
    toolCalls: [],
    text: '',
    status: 200,
    retryAfterS: null,
    cause: null,
    error: null,
    ...overrides,
  };
}

/** A passed run of the published cell's shape. */
export function factsOf(overrides: Partial<CellFacts> = {}): CellFacts {
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
