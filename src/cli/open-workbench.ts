import type { Workbench } from '../grading/workbench.js';
import { findGit } from '../host/git.js';
import type { Host } from '../host/host.js';
import { chooseSandbox } from '../sandbox/choose-sandbox.js';
import { openCommandDir } from '../sandbox/claimed-dir.js';
import { hiddenPaths } from '../sandbox/masked-paths.js';
import type { Masked, SandboxMode } from '../sandbox/sandbox.js';
import { type CliIo, say } from './io.js';

export interface WorkbenchOptions {
  /** Part of the name of its temp directory and of its processes' marker. */
  name: string;
  mode: SandboxMode;
  /** Hidden from the code under test, in addition to this program's own paths. */
  masked?: readonly Masked[];
  signal: AbortSignal;
}

/**
 * Finds git, chooses the sandbox and makes a temp directory. Warns on stderr when the sandbox is incomplete.
 *
 * @throws PreflightError for a missing git or sandbox
 */
export async function openWorkbench(
  host: Host,
  { name, mode, masked = [], signal }: WorkbenchOptions,
  io: Pick<CliIo, 'stderr'>,
): Promise<Workbench & { close(): Promise<void> }> {
  const { git } = await findGit(host.env);
  const { sandbox, warning } = await chooseSandbox({ mode, host });
  if (warning !== null) say(io.stderr, `${warning}\n`);
  const { dir: tempDir, marker, close } = await openCommandDir(host.tempDir, name);
  return {
    ...{ host, git, sandbox, tempDir, marker, signal },
    masked: [...hiddenPaths(host), ...masked],
    close,
  };
}
