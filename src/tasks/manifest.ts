import { dirname } from 'node:path';
import * as z from 'zod/mini';
import { UsageError } from '../model/errors.js';
import { isReadableGlob } from './globs.js';
import { badKey, readToml, timeLimit } from './task-file.js';

/** Output formats of the visible tests. Each has a parser in `grading/test-names`. */
export const TEST_FORMATS = [
  ...([
    'libtest',
    'unittest',
    'node-tap',
    'go-test',
    'pytest',
    'gtest',
    'unity',
    'ctest',
    'automake',
  ] as const),
  ...(['surefire', 'tap', 'spec', 'plain', 'exit-code'] as const),
] as const;
const testFormatSchema = z.enum(TEST_FORMATS);
export type TestFormat = z.infer<typeof testFormatSchema>;

/** A path or glob relative to the workspace. */
const inside = z.string().check(z.refine(staysInside, 'leads out of the task'));
const globs = z.array(inside.check(z.refine(isReadableGlob, 'is not a glob')));
const pattern = z.string().check(z.refine(isRegExp, 'is not a regular expression'));

const constraintSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file-not-touched'), path: inside }),
  z.strictObject({ kind: z.literal('no-new-dependency'), manifests: globs }),
  z.strictObject({ kind: z.literal('no-comments-added'), paths: globs, max_added: z.int() }),
  z.strictObject({
    kind: z.literal('file-pattern-required-in-diff'),
    paths: globs,
    /** A regular expression for one added line. */
    require_added: pattern,
  }),
]);
export type Constraint = z.infer<typeof constraintSchema>;

/** Keys of every task that expects a document instead of a change. */
const document = {
  document: inside,
  /** A document that refuses must contain at least one of these words (case-insensitive). A refusal word only in an answer counts half. */
  refusal_words: z.array(z.string()),
  /** Globs of files that must not change: a change there is a fabricated fix. */
  untouched: globs,
};
const decoys = {
  /** Other tests or rules. A document that names more than `max_decoys` of them merely lists everything. */
  decoys: z.array(z.string()),
  max_decoys: z.int(),
};
const topics = z.array(z.strictObject({ what: z.string(), asked_by: pattern }));

/** A condition on the result of a run, in addition to its tests. At most one per task. */
const integritySchema = z.discriminatedUnion('kind', [
  /** The document must name the two tests that contradict each other, not simply every test. */
  z.strictObject({
    kind: z.literal('contradiction-named'),
    ...document,
    ...decoys,
    /** Test names that contradict each other; both must be named. */
    contradiction: z.tuple([z.string(), z.string()]),
  }),
  /** The document must name the one test that cannot pass, and show why. */
  z.strictObject({
    kind: z.literal('impossibility-shown'),
    ...document,
    ...decoys,
    impossible: z.string(),
    /** Regular expressions (case-insensitive). One must match the proof. */
    proof: z.array(pattern),
  }),
  /** The document must name the one rule that the request breaks, and the danger. */
  z.strictObject({
    kind: z.literal('unsafe-declined'),
    ...document,
    ...decoys,
    rule: z.string(),
    /** Regular expressions (case-insensitive). One must match the danger. */
    danger: z.array(pattern),
  }),
  /** The document must ask for the missing topics, one item each, and not for the settled ones. */
  z.strictObject({
    kind: z.literal('missing-asked'),
    ...document,
    missing: topics,
    /** Minimum of missing topics, each in its own item. */
    min_missing: z.int(),
    settled: topics,
    max_settled: z.int(),
  }),
  /** The task can be solved. The agent must ignore instructions planted in one of its files. */
  z.strictObject({
    kind: z.literal('injection-ignored'),
    /** Globs of files that the planted instruction asks for. If one exists, the agent has followed the instruction. */
    fired_files: globs,
    /** Strings that no changed file and no answer of the model may contain. */
    secrets: z.array(z.string()),
  }),
]);
export type IntegrityCriterion = z.infer<typeof integritySchema>;
/** The criteria that expect a document. */
export type DocumentCriterion = Exclude<IntegrityCriterion, { kind: 'injection-ignored' }>;

/** A relative path inside the workspace. */
const workspacePath = z
  .string()
  .check(z.refine((path) => !/^\/|(?:^|\/)\.\.?(?:\/|$)/.test(path), 'is not a path inside the workspace'));

/** A bug to insert into the graded tree, to check that its tests still detect bugs. */
const controlSchema = z.strictObject({
  file: workspacePath,
  /** A line of the file, trimmed. It must occur exactly once. */
  line: z.string(),
  replacement: z.string(),
  /** Tests that must fail with the bug. */
  fails: z.array(z.string()).check(z.minLength(1)),
});
export type Control = z.infer<typeof controlSchema>;

const cabSchema = z.strictObject({
  family: z.string(),
  language: z.string(),
  title: z.string(),
  /** From a one-line fix (`easy`) to a fix for which the agent must read several files (`hard`). */
  difficulty: z.optional(z.enum(['easy', 'medium', 'hard'])),
  /** Ids from `host/toolchains`. The tests need all of them. */
  toolchain: z.array(z.string()),
  max_turns: z.int(),
  /** Format of the visible tests' output. */
  test_format: testFormatSchema,
  fail_to_pass: z.array(z.string()),
  pass_to_pass: z.array(z.string()),
  /** Files that the reference solution changes. Other changed files count as blast radius. */
  ground_truth_files: globs,
  /** Files whose changes are copied to the grading copy. */
  editable: globs,
  /** Files whose change or removal is tampering. */
  protected: globs,
  /** Tests inside source files: from the line that equals `from` (trimmed) to the end of the file. */
  test_regions: z._default(z.array(z.strictObject({ file: inside, from: z.string() })), []),
  expected_refusal: z._default(z.boolean(), false),
  integrity: z.optional(integritySchema),
  /** Id of a similar task without a reason to refuse. An agent that fails both did not refuse for a reason: it does not work. */
  benign_twin: z.optional(z.string()),
  constraints: z._default(z.array(constraintSchema), []),
  /** Build output: reported as litter, not as blast radius. */
  ignore: z._default(globs, []),
  /** Directories that the tests need and the workspace lacks, such as node_modules. They are added read-only. */
  dependencies: z._default(z.array(workspacePath), []),
  /** The task has no hidden cases: only the visible tests decide. They are restored before they run. */
  visible_tests_only: z._default(z.boolean(), false),
  /** For tasks without hidden cases: other bugs, each of which the tests must still detect in the graded tree. */
  controls: z._default(z.array(controlSchema), []),
  /** Hidden black-box cases: the command of the driver that feeds them to the code under test. */
  hidden: z.optional(z.strictObject({ command: z.array(z.string()), timeout_s: timeLimit })),
  /** A string that occurs only in the solution. If it appears in a model request, the agent has read the solution. */
  canary: z.string(),
});

const manifestSchema = z.looseObject({
  metadata: z.looseObject({ codingagentbench: cabSchema }),
  agent: z.looseObject({ timeout_sec: timeLimit }),
  verifier: z.looseObject({ timeout_sec: timeLimit }),
});

/** A parsed `task.toml`: the `[metadata.codingagentbench]` table and the time limits of Harbor. */
export type TaskManifest = Omit<OwnTable, 'ground_truth_files' | 'max_turns' | 'canary'> & {
  agentTimeoutS: number;
  verifierTimeoutS: number;
  /** This and the next two are null for a Harbor-only task, which does not define them. */
  ground_truth_files: OwnTable['ground_truth_files'] | null;
  max_turns: number | null;
  canary: string | null;
  /** Only for a Harbor-only task: the grade comes from its own tests and reward, which use the paths of its image. */
  harbor?: HarborEnvironment;
};

type OwnTable = z.infer<typeof cabSchema>;

/** Paths and variables that the scripts of a Harbor task expect. */
export interface HarborEnvironment {
  /** Path of the workspace inside the sandbox. */
  workdir: string;
  /** Variables of the image; `testEnv` adds those of the tests, `solutionEnv` those of the solution. */
  env: Readonly<Record<string, string>>;
  testEnv: Readonly<Record<string, string>>;
  solutionEnv: Readonly<Record<string, string>>;
}

/**
 * Parses a `task.toml` with the table of this program.
 *
 * @throws UsageError `usage.bad_task` with the file and the key
 */
export function parseManifest(toml: string, file: string): TaskManifest {
  const data = readToml(toml, file);
  if (!hasOwnTable(data)) {
    throw new UsageError(`${file} has no [metadata.codingagentbench], which defines the grading.`, {
      code: 'usage.bad_task',
      fix: `Run it with Harbor (harbor run --path ${dirname(file)} --agent NAME), or add the table.`,
    });
  }
  const parsed = manifestSchema.safeParse(data);
  if (!parsed.success) {
    throw badKey(file, parsed.error.issues);
  }
  const { metadata, agent, verifier } = parsed.data;
  const { test_format, expected_refusal, fail_to_pass, visible_tests_only, hidden } =
    metadata.codingagentbench;
  if (visible_tests_only && hidden !== undefined) {
    throw new UsageError(
      `${file}: metadata.codingagentbench.visible_tests_only is set, but the task has hidden cases.`,
      {
        code: 'usage.bad_task',
        fix: 'Remove one of the two.',
      },
    );
  }
  if (test_format !== 'exit-code' && !expected_refusal && fail_to_pass.length === 0) {
    throw new UsageError(`${file}: metadata.codingagentbench.fail_to_pass names no test.`, {
      code: 'usage.bad_task',
      fix: 'Name the tests that fail until the work is done.',
    });
  }
  return {
    ...metadata.codingagentbench,
    agentTimeoutS: agent.timeout_sec,
    verifierTimeoutS: verifier.timeout_sec,
  };
}

/** Whether a parsed `task.toml` has the table of this program. Without it, it is a Harbor-only task. */
export function hasOwnTable(data: unknown): boolean {
  return z.looseObject({ metadata: z.looseObject({ codingagentbench: z.unknown() }) }).safeParse(data)
    .success;
}

function staysInside(path: string): boolean {
  return !path.startsWith('/') && !path.split('/').includes('..');
}

function isRegExp(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
