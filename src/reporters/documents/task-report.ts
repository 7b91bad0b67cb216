import type { Palette } from '../text/palette.js';
import { safeLine } from '../text/sanitize.js';
import { labelledLines, renderTable } from '../text/table.js';
import { NOT_MEASURED } from './format.js';

/** A row of `tasks list`; the keys are those of its JSON. */
export interface TaskRow {
  id: string;
  language: string;
  family: string;
  difficulty: string | null;
  /** Ids of the toolchains that the tests need. */
  toolchain: string[];
  /** Whether this machine has all of them. */
  toolchain_present: boolean;
  title: string;
}

/** A line per task; its mark says whether the toolchain is installed. */
export function taskTable(
  rows: readonly TaskRow[],
  { paint, width }: { paint: Palette; width: number },
): string[] {
  const [header = '', ...lines] = renderTable(
    [
      ...['task', 'language', 'difficulty', 'needs'].map((title) => ({ title, kind: 'text' as const })),
      { title: 'ticket', kind: 'rest' },
    ],
    rows.map(({ id, language, difficulty, toolchain, title }) =>
      [id, language, difficulty ?? NOT_MEASURED, toolchain.join(', '), title].map((cell) => safeLine(cell)),
    ),
    { paint, width: width - 3, overflow: 'drop' },
  );
  const marks = rows.map((row) => (row.toolchain_present ? paint.good('✔') : paint.warn(NOT_MEASURED)));
  return [`   ${header}`, ...lines.map((line, i) => ` ${marks[i]} ${line}`)];
}

/** Everything that is public about a task: what `tasks show` prints, and the keys of its JSON. */
export interface TaskDetail extends TaskRow {
  instruction: string;
  files: string[];
  constraints: string[];
  editable: string[];
  agent_timeout_s: number;
  verifier_timeout_s: number;
  max_turns: number | null;
  /** The reward of the task's Harbor test script decides. */
  harbor: boolean;
  visible_tests: number;
  hidden_cases: number;
  /** The task declares that it has no hidden cases. */
  visible_tests_only: boolean;
  /** Number of other bugs; the tests must notice one of them in the graded tree. */
  controls: number;
  expects_refusal: boolean;
  /** Id of the task that looks like this one, but is solvable. */
  benign_twin: string | null;
  task_commit: string;
  task_digest: string;
}

/** A task as lines: its facts, then its instruction. */
export function taskDetail(task: TaskDetail, { paint, width }: { paint: Palette; width: number }): string[] {
  const row = (name: string, text: string) =>
    labelledLines(name, safeLine(text, 4_000), { columns: 12, width, paint });
  const present = task.toolchain_present ? 'installed' : 'not all of it installed';
  const turns = task.max_turns === null ? '' : `, ${task.max_turns} turns`;
  return [
    ` ${paint.strong(safeLine(task.id))}   ${safeLine(task.title)}`,
    '',
    ...row('language', `${task.language}, ${task.difficulty ?? 'difficulty not recorded'}`),
    ...row('toolchain', task.toolchain.length === 0 ? 'none' : `${task.toolchain.join(', ')} (${present})`),
    ...row('limits', `${task.agent_timeout_s} s${turns}; tests ${task.verifier_timeout_s} s`),
    ...row('tests', testsText(task)),
    ...(task.benign_twin === null
      ? []
      : row('twin', `${task.benign_twin}, which looks like this task but is solvable`)),
    ...row('files', task.files.join(', ')),
    ...row('editable', task.editable.join(', ')),
    ...task.constraints.flatMap((constraint, index) => row(index === 0 ? 'constraints' : '', constraint)),
    '',
    ...task.instruction
      .trimEnd()
      .split('\n')
      .map((line) => `   ${safeLine(line, 1_000)}`.trimEnd()),
  ];
}

function testsText(task: TaskDetail): string {
  const { harbor, expects_refusal, visible_tests, hidden_cases, visible_tests_only, controls } = task;
  if (expects_refusal) return 'a document that refuses the task, judged by its content';
  if (harbor) return 'the reward that tests/test.sh writes, as with Harbor';
  if (!visible_tests_only) return `${visible_tests} by name, ${hidden_cases} hidden cases`;
  const visibleOnly = `${visible_tests} by name, no hidden cases: only these decide, restored before they run`;
  return controls > 0 ? `${visibleOnly}, and they must notice another bug` : visibleOnly;
}
