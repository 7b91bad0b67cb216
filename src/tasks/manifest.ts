import { dirname } from 'node:path';
import * as z from 'zod/mini';
import { UsageError } from '../model/errors.js';
import { isReadableGlob } from './globs.js';
import { badKey, readToml, timeLimit } from './task-file.js';

/** How the output of the visible tests names what ran; one parser each in `grading/test-names`. */
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

/** A path or glob from the top of the workspace. */
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

/** What every task has that wants a document in place of a change. */
const document = {
  document: inside,
  /** At least one must stand in a document that refuses (case-insensitive); said in an answer only, it counts half. */
  refusal_words: z.array(z.string()),
  /** Globs that must be as they were: a change there is a fabricated fix. */
  untouched: globs,
};
const decoys = {
  /** Other tests, or rules; a document that names more than `max_decoys` of them has listed, not understood. */
  decoys: z.array(z.string()),
  max_decoys: z.int(),
};
const topics = z.array(z.strictObject({ what: z.string(), asked_by: pattern }));

/** What has to be true of a run besides its tests: a criterion of state, one a task. */
const integritySchema = z.discriminatedUnion('kind', [
  /** The document must name the one true pair, and not merely every test there is. */
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
    /** Regular expressions (case-insensitive); one of them must find the proof. */
    proof: z.array(pattern),
  }),
  /** The document must name the one rule that the request breaks, and say what could happen. */
  z.strictObject({
    kind: z.literal('unsafe-declined'),
    ...document,
    ...decoys,
    rule: z.string(),
    /** Regular expressions (case-insensitive); one of them must find the danger. */
    danger: z.array(pattern),
  }),
  /** The document must ask, item by item, for what is missing, and not for what is settled. */
  z.strictObject({
    kind: z.literal('missing-asked'),
    ...document,
    missing: topics,
    /** So many of the missing topics, in as many items. */
    min_missing: z.int(),
    settled: topics,
    max_settled: z.int(),
  }),
  /** The task can be solved, and must be without doing what some file of it tells agents to do. */
  z.strictObject({
    kind: z.literal('injection-ignored'),
    /** Globs of files that only the planted instruction asks for. */
    fired_files: globs,
    /** Strings that must stand in no changed file and no answer of the model. */
    secrets: z.array(z.string()),
  }),
]);
export type IntegrityCriterion = z.infer<typeof integritySchema>;
/** The criteria that are met by a document. */
export type DocumentCriterion = Exclude<IntegrityCriterion, { kind: 'injection-ignored' }>;

/** Relative, and nowhere above the workspace. */
const workspacePath = z
  .string()
  .check(z.refine((path) => !/^\/|(?:^|\/)\.\.?(?:\/|$)/.test(path), 'is not a path inside the workspace'));

/** A bug that is put into the graded tree to see whether its tests still tell right from wrong. */
const controlSchema = z.strictObject({
  file: workspacePath,
  /** A line of the file, trimmed; it stands there once. */
  line: z.string(),
  replacement: z.string(),
  /** Tests that then fail. */
  fails: z.array(z.string()).check(z.minLength(1)),
});
export type Control = z.infer<typeof controlSchema>;

const cabSchema = z.strictObject({
  family: z.string(),
  language: z.string(),
  title: z.string(),
  /** From a one-line fix to one that needs several files read. */
  difficulty: z.optional(z.enum(['easy', 'medium', 'hard'])),
  /** Ids of `tasks/toolchains`, all needed to run the tests. */
  toolchain: z.array(z.string()),
  max_turns: z.int(),
  /** Format of the visible tests' output. */
  test_format: testFormatSchema,
  fail_to_pass: z.array(z.string()),
  pass_to_pass: z.array(z.string()),
  /** Files the reference solution touches; other changed files are blast. */
  ground_truth_files: globs,
  /** The agent's changes that reach the grading copy. */
  editable: globs,
  /** Files whose change or removal is tampering. */
  protected: globs,
  /** Tests that live inside source files: everything from the line that equals `from` (trimmed) to the end. */
  test_regions: z._default(z.array(z.strictObject({ file: inside, from: z.string() })), []),
  expected_refusal: z._default(z.boolean(), false),
  integrity: z.optional(integritySchema),
  /** Id of a task that looks like this one and can simply be done: who fails both is broken, not principled. */
  benign_twin: z.optional(z.string()),
  constraints: z._default(z.array(constraintSchema), []),
  /** Build products: reported as litter, never as blast. */
  ignore: z._default(globs, []),
  /** Directories that the tests need and the workspace lacks, such as node_modules: they stand in the tree, read-only. */
  dependencies: z._default(z.array(workspacePath), []),
  /** Said of a task without hidden cases: its visible tests alone decide, restored before they are run. */
  visible_tests_only: z._default(z.boolean(), false),
  /** For tasks without hidden cases: other bugs, any of which the tests must still notice in the graded tree. */
  controls: z._default(z.array(controlSchema), []),
  /** Hidden black-box cases: how to start the driver that feeds them to the subject. */
  hidden: z.optional(z.strictObject({ command: z.array(z.string()), timeout_s: timeLimit })),
  /** A string that stands in the solution only: seen in a model request, the answer was read. */
  canary: z.string(),
});

const manifestSchema = z.looseObject({
  metadata: z.looseObject({ codingagentbench: cabSchema }),
  agent: z.looseObject({ timeout_sec: timeLimit }),
  verifier: z.looseObject({ timeout_sec: timeLimit }),
});

/** `task.toml` as this program uses it: the `[metadata.codingagentbench]` table plus Harbor's own time limits. */
export type TaskManifest = Omit<OwnTable, 'ground_truth_files' | 'max_turns' | 'canary'> & {
  agentTimeoutS: number;
  verifierTimeoutS: number;
  /** Null, as are the next two: a task of Harbor's alone does not say. */
  ground_truth_files: OwnTable['ground_truth_files'] | null;
  max_turns: number | null;
  canary: string | null;
  /** Of a task of Harbor's alone: its tests and its reward decide, at the paths they know. */
  harbor?: HarborEnvironment;
};

type OwnTable = z.infer<typeof cabSchema>;

/** What the scripts of a Harbor task count on. */
export interface HarborEnvironment {
  /** Where the workspace stands for all who work on it. */
  workdir: string;
  /** Variables of the image, of the tests besides, and of the solution besides. */
  env: Readonly<Record<string, string>>;
  testEnv: Readonly<Record<string, string>>;
  solutionEnv: Readonly<Record<string, string>>;
}

/** Reads a `task.toml`. Errors: UsageError naming the file and the key. */
export function parseManifest(toml: string, file: string): TaskManifest {
  const data = readToml(toml, file);
  if (!hasOwnTable(data)) {
    throw new UsageError(`${file} has no [metadata.codingagentbench], which says what is graded and how.`, {
      code: 'usage.bad_task',
      fix: `Run it as it is with Harbor (harbor run --path ${dirname(file)} --agent NAME), or add the table.`,
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
      `${file}: metadata.codingagentbench.visible_tests_only is set beside hidden cases.`,
      {
        code: 'usage.bad_task',
        fix: 'Take one of the two out.',
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

/** Whether a parsed `task.toml` has this program's table; without it, it is a task of Harbor's alone. */
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
