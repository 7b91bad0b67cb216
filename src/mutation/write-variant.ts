import { cp, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { stringify } from 'smol-toml';
import { makeDir } from '../host/make-dir.js';
import type { HiddenFile, Task } from '../tasks/task.js';
import type { Mutant } from './find-mutants.js';
import { renderSolve } from './render-scripts.js';
import { hash, mutate, type SourceFile } from './sites.js';
import { ticketTitle, writeTicket } from './ticket.js';

export interface Variant {
  task: Task;
  /** The tests and the solution of the task. */
  hidden: ReadonlyMap<string, HiddenFile>;
  /** The directory of the solved workspace. */
  tree: string;
  mutant: Mutant;
  files: ReadonlyMap<string, SourceFile>;
  seed: number;
}

/** The special-casing fake fits only the bug of the original task. */
const SPECIAL_CASE = 'solution/special-case.sh';

/** Writes a variant of a task as a task directory below `outDir`; returns the directory. */
export async function writeVariant(outDir: string, variant: Variant): Promise<string> {
  const { task, hidden, tree, mutant, files, seed } = variant;
  const { site } = mutant;
  const dir = join(outDir, `${basename(task.id)}-${seed}`);
  const workspace = join(dir, 'environment/workspace');
  const original = files.get(site.path)?.text ?? '';
  const canary = `cab-canary-${hash('canary', task.commit, site.id).slice(0, 16)}`;
  const ticket = writeTicket(failureReportOf(mutant));
  await cp(tree, workspace, { recursive: true, verbatimSymlinks: true });
  const texts: Record<string, string | Uint8Array> = {
    'task.toml': renderManifest(variant, canary),
    'instruction.md': ticket,
    [`environment/workspace/${site.path}`]: mutate(original, site),
    ...Object.fromEntries(
      [...hidden].filter(([path]) => path !== SPECIAL_CASE).map(([path, { content }]) => [path, content]),
    ),
    'solution/original': original,
    'solution/solve.sh': renderSolve(canary, site.path),
  };
  for (const [path, content] of Object.entries(texts)) {
    await makeDir(dirname(join(dir, path)));
    await writeFile(join(dir, path), content);
  }
  // The README describes the bug, so it changes with it. It may be a link, whose target must not be overwritten.
  const readme = join(workspace, 'README.md');
  await rm(readme, { force: true });
  await cp(join(dir, 'instruction.md'), readme);
  return dir;
}

const failureReportOf = ({ failToPass, failureText }: Mutant) => ({
  command: null,
  failing: failToPass,
  failureText,
});

function renderManifest({ task, mutant, files }: Variant, canary: string): string {
  const { agentTimeoutS, verifierTimeoutS, ...manifest } = task.manifest;
  const cab = {
    ...manifest,
    title: ticketTitle(failureReportOf(mutant)),
    fail_to_pass: mutant.failToPass,
    pass_to_pass: mutant.passToPass,
    // Files without code, such as a change log, still have to change.
    ground_truth_files: [
      ...(manifest.ground_truth_files ?? []).filter((path) => !files.has(path)),
      mutant.site.path,
    ],
    // A required pattern is about the original bug.
    constraints: manifest.constraints.filter(({ kind }) => kind !== 'file-pattern-required-in-diff'),
    canary,
  };
  // JSON drops undefined values, which TOML does not have.
  return stringify(
    JSON.parse(
      JSON.stringify({
        metadata: { codingagentbench: cab },
        agent: { timeout_sec: agentTimeoutS },
        verifier: { timeout_sec: verifierTimeoutS },
      }),
    ),
  );
}
