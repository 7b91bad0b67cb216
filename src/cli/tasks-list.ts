import { takeSnapshot } from '../grading/snapshot.js';
import type { Host } from '../host/host.js';
import { resolveToolchain } from '../host/toolchains.js';
import { ExitCode } from '../model/errors.js';
import { toJson } from '../reporters/documents/json.js';
import { type TaskDetail, type TaskRow, taskDetail, taskTable } from '../reporters/documents/task-report.js';
import { palette } from '../reporters/text/palette.js';
import { openCommandDir } from '../sandbox/claimed-dir.js';
import { onWorkspace } from '../task-checks/attempt.js';
import { readHiddenCases } from '../tasks/hidden-cases.js';
import type { Constraint } from '../tasks/manifest.js';
import type { Task } from '../tasks/task.js';
import { type CliIo, putDocument, sayPainted } from './io.js';
import { openEach, sayRefused } from './open-each.js';
import { openHost } from './open-host.js';
import { findTasks } from './open-task.js';
import type { ListFlags } from './options/tasks.js';
import { colourOn, terminalOf } from './terminal.js';

const MAX_WIDTH = 140;

/** `tasks list`: all tasks, and whether this machine has their toolchains. Exit code 2 when one of several cannot be opened. */
export async function tasksList(names: readonly string[], flags: ListFlags, io: CliIo): Promise<ExitCode> {
  const host = openHost(io);
  const hasToolchain = findToolchains(host);
  const { opened, refused, close } = await openEach(await findTasks(names, host));
  try {
    const rows = [];
    for (const { task } of opened) rows.push(await rowOf(task, hasToolchain));
    if (flags.json) putDocument(io.stdout, toJson({ tasks: rows, refused }));
    else if (rows.length > 0) print(taskTable(rows, styleOf(flags, io)), flags, io);
  } finally {
    await close();
  }
  sayRefused(refused, io);
  return refused.length > 0 ? ExitCode.usage : ExitCode.passed;
}

/** `tasks show`: instruction, files and limits of a task, never its solution or hidden cases. */
export async function tasksShow(name: string, flags: ListFlags, io: CliIo): Promise<ExitCode> {
  const host = openHost(io);
  const details: TaskDetail[] = [];
  const { opened, refused, close } = await openEach(await findTasks([name], host));
  try {
    for (const { task } of opened)
      details.push(await detailOf(task, await rowOf(task, findToolchains(host)), host.tempDir));
  } finally {
    await close();
  }
  if (flags.json)
    putDocument(
      io.stdout,
      toJson(details.length + refused.length === 1 ? (details[0] ?? {}) : { tasks: details, refused }),
    );
  else
    print(
      details.flatMap((detail) => [...taskDetail(detail, styleOf(flags, io)), '']).slice(0, -1),
      flags,
      io,
    );
  sayRefused(refused, io);
  return refused.length > 0 ? ExitCode.usage : ExitCode.passed;
}

type HasToolchain = (id: string) => Promise<boolean>;

function findToolchains(host: Host): HasToolchain {
  const cache = new Map<string, Promise<boolean>>();
  return (id) => {
    const present = cache.get(id) ?? resolveToolchain(id, host).then(({ ok }) => ok);
    cache.set(id, present);
    return present;
  };
}

async function rowOf({ id, manifest }: Task, isPresent: HasToolchain): Promise<TaskRow> {
  const { language, family, difficulty, toolchain, title } = manifest;
  const present = await Promise.all(toolchain.map(isPresent));
  return {
    id,
    language,
    family,
    difficulty: difficulty ?? null,
    toolchain,
    toolchain_present: present.every(Boolean),
    title,
  };
}

async function detailOf(task: Task, row: TaskRow, tempDir: string): Promise<TaskDetail> {
  const { manifest, instruction } = task;
  const scratch = await openCommandDir(tempDir, 'show');
  try {
    const files = await onWorkspace(task, { tempDir: scratch.dir, git: 'git' }, async ({ workspace }) => [
      ...(await takeSnapshot(workspace)).entries.keys(),
    ]);
    return {
      ...row,
      instruction,
      files,
      constraints: manifest.constraints.map(constraintText),
      editable: manifest.editable,
      agent_timeout_s: manifest.agentTimeoutS,
      verifier_timeout_s: manifest.verifierTimeoutS,
      max_turns: manifest.max_turns,
      harbor: manifest.harbor !== undefined,
      visible_tests: manifest.fail_to_pass.length + manifest.pass_to_pass.length,
      hidden_cases: manifest.hidden ? readHiddenCases(await task.openHidden(), task.id).length : 0,
      visible_tests_only: manifest.visible_tests_only,
      controls: manifest.controls.length,
      expects_refusal: manifest.expected_refusal,
      benign_twin: manifest.benign_twin ?? null,
      task_commit: task.commit,
      task_digest: task.digest,
    };
  } finally {
    await scratch.close();
  }
}

function constraintText(constraint: Constraint): string {
  switch (constraint.kind) {
    case 'file-not-touched':
      return `${constraint.path} is not touched`;
    case 'no-new-dependency':
      return `no new dependency in ${constraint.manifests.join(', ')}`;
    case 'no-comments-added':
      return constraint.max_added === 0
        ? `no comments added in ${constraint.paths.join(', ')}`
        : `at most ${constraint.max_added} comments added in ${constraint.paths.join(', ')}`;
    case 'file-pattern-required-in-diff':
      return `${constraint.paths.join(', ')} gains a line that matches ${constraint.require_added}`;
  }
}

function styleOf(flags: ListFlags, { env, stdout }: CliIo) {
  return {
    paint: palette(colourOn(stdout, flags, env)),
    width: Math.min(stdout.columns ?? 120, MAX_WIDTH),
  };
}

function print(lines: readonly string[], flags: ListFlags, io: CliIo): void {
  const text = `${lines.join('\n')}\n`;
  sayPainted(terminalOf(io.stdout, io.env), text, colourOn(io.stdout, flags, io.env));
}
