import type { Workbench } from '../grading/workbench.js';
import { findGit } from '../host/git.js';
import type { Host } from '../host/host.js';
import { chooseSandbox } from '../sandbox/choose-sandbox.js';
import { openCommandDir } from '../sandbox/claimed-dir.js';
import { hiddenOn } from '../sandbox/masked-places.js';
import type { Masked, SandboxMode } from '../sandbox/sandbox.js';
import { type CliIo, say } from './io.js';

export interface WorkbenchWish {
  /** Of its temp dir, and of the marker of its processes. */
  name: string;
  mode: SandboxMode;
  /** Hidden from the code under test, besides this program's own. */
  masked?: readonly Masked[];
  signal: AbortSignal;
}

/**
 * Finds git, chooses the sandbox and makes a temp dir; says on stderr when the sandbox is not whole.
 *
 * @throws PreflightError for a missing git or sandbox
 */
export async function openWorkbench(
  host: Host,
  { name, mode, masked = [], signal }: WorkbenchWish,
  io: Pick<CliIo, 'stderr'>,
): Promise<Workbench & { close(): Promise<void> }> {
  const { git } = await findGit(host.env);
  const { sandbox, warning } = await chooseSandbox({ mode, host });
  if (warning !== null) say(io.stderr, `${warning}\n`);
  const { dir: tempDir, marker, close } = await openCommandDir(host.tempDir, name);
  return {
    ...{ host, git, sandbox, tempDir, marker, signal },
    masked: [...hiddenOn(host), ...masked],
    close,
  };
}
