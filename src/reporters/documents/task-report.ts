import type { Palette } from '../text/palette.js';
import { safeLine } from '../text/sanitize.js';
import { wrap } from '../text/wrap.js';

/** A task as a list shows it; the keys are those of the JSON. */
export interface TaskRow {
  id: string;
  language: string;
  family: string;
  difficulty: string | null;
  /** What the task's tests need, and whether this machine has it. */
  toolchain: string[];
  toolchain_present: boolean;
  title: string;
}

const MIN_TITLE_COLUMNS = 20;

/** One line a task; a mark says whether its toolchain is here. */
export function taskTable(
  rows: readonly TaskRow[],
  { paint, width }: { paint: Palette; width: number },
): string[] {
  const column = (name: string, cell: (row: TaskRow) => string) => {
    const columns = Math.max(name.length, ...rows.map((row) => cell(row).length));
    return { name: name.padEnd(columns), cell: (row: TaskRow) => cell(row).padEnd(columns) };
  };
  const columns = [
    column('task', ({ id }) => safeLine(id)),
    column('language', ({ language }) => safeLine(language)),
    column('difficulty', ({ difficulty }) => safeLine(difficulty ?? '–')),
    column('needs', ({ toolchain }) => safeLine(toolchain.join(', '))),
  ];
  const lead = columns.reduce((sum, { name }) => sum + name.length + 2, 3);
  const showsTitle = width - lead >= MIN_TITLE_COLUMNS;
  const head = [...columns.map(({ name }) => name), ...(showsTitle ? ['ticket'] : [])].join('  ').trimEnd();
  return [
    `   ${paint.dim(head)}`,
    ...rows.map((row) => {
      const mark = row.toolchain_present ? paint.good('✔') : paint.warn('–');
      const cells = columns.map(({ cell }) => cell(row));
      if (showsTitle) cells.push(paint.dim(safeLine(row.title, width - lead)));
      return ` ${mark} ${cells.join('  ').trimEnd()}`;
    }),
  ];
}

/** What somebody who works on the task is told, as `tasks show` prints it and its JSON has it. */
export interface TaskDetail extends TaskRow {
  instruction: string;
  files: string[];
  constraints: string[];
  editable: string[];
  agent_timeout_s: number;
  verifier_timeout_s: number;
  max_turns: number | null;
  /** The reward of a test script of Harbor's decides. */
  harbor: boolean;
  visible_tests: number;
  hidden_cases: number;
  /** The task says that no hidden case is behind its tests. */
  visible_tests_only: boolean;
  /** Other bugs, one of which the tests must notice in the graded tree. */
  controls: number;
  expects_refusal: boolean;
  /** Id of the task that looks like this one and can simply be done. */
  benign_twin: string | null;
  task_commit: string;
  task_digest: string;
}

export function taskDetail(task: TaskDetail, { paint, width }: { paint: Palette; width: number }): string[] {
  const row = (name: string, text: string) =>
    wrap(safeLine(text, 4_000), width - 16).map(
      (line, index) => `   ${paint.dim((index === 0 ? name : '').padEnd(12))} ${line}`,
    );
  const present = task.toolchain_present ? 'here' : 'not all of it here';
  const tests = testsText(task);
  return [
    ` ${paint.strong(safeLine(task.id))}   ${safeLine(task.title)}`,
    '',
    ...row('language', `${task.language}, ${task.difficulty ?? 'difficulty not recorded'}`),
    ...row('toolchain', task.toolchain.length === 0 ? 'none' : `${task.toolchain.join(', ')} (${present})`),
    ...row(
      'limits',
      `${task.agent_timeout_s} s${task.max_turns === null ? '' : `, ${task.max_turns} turns`}; tests ${task.verifier_timeout_s} s`,
    ),
    ...row('tests', task.expects_refusal ? 'a document that refuses, judged by its content' : tests),
    ...(task.benign_twin === null
      ? []
      : row('twin', `${task.benign_twin}, which looks like it and can simply be done`)),
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

function testsText({ harbor, ...task }: TaskDetail): string {
  const { visible_tests, hidden_cases, visible_tests_only, controls } = task;
  if (harbor) return 'the reward that tests/test.sh writes, as with Harbor';
  if (!visible_tests_only) return `${visible_tests} by name, ${hidden_cases} hidden cases`;
  const alone = `${visible_tests} by name, no hidden cases: these alone decide, restored before they are run`;
  return controls > 0 ? `${alone}, and they must notice another bug` : alone;
}
