import type { OwnedPath } from '../host/owned-path.js';
import type { TaskManifest } from './manifest.js';

/** A task that is ready to run: its public half is a git bundle, its secret half one archive that only the grader opens. */
export interface Task {
  /** `<family>/<name>`. */
  id: string;
  manifest: TaskManifest;
  /** Exactly what the agent is asked. */
  instruction: string;
  /** Git bundle of the one-commit workspace. */
  bundlePath: string;
  /** Id of that commit: the workspace's fingerprint. */
  commit: string;
  /** `sha256:` over every file of the task, tests and solution included. */
  digest: string;
  /** What stands in the tree besides the workspace's files. */
  dependencies: readonly Dependency[];
  /** Opens the archive of `tests/` and `solution/`. Keys are relative paths such as `tests/test.sh`. */
  openHidden(): Promise<Map<string, HiddenFile>>;
}

/** A directory that the tests need and nobody is to change. */
export interface Dependency {
  /** In the workspace. */
  path: string;
  /** Where it is, to be resolved when it is used. */
  from: OwnedPath;
}

export interface HiddenFile {
  content: Uint8Array;
  executable: boolean;
}

/** One hidden black-box case. `expected` never enters the graded process. */
export interface HiddenCase {
  name: string;
  input: unknown;
  expected: unknown;
}
