import type { OwnedPath } from '../host/owned-path.js';
import type { TaskManifest } from './manifest.js';

/** A task that is ready to run. The workspace is a git bundle. Tests and solution are an archive that only the grader opens. */
export interface Task {
  /** `<family>/<name>`. */
  id: string;
  manifest: TaskManifest;
  /** The exact prompt for the agent. */
  instruction: string;
  /** Path of the git bundle with the workspace as one commit. */
  bundlePath: string;
  /** Id of that commit, which identifies the workspace's content. */
  commit: string;
  /** `sha256:` over every file of the task, including tests and solution. */
  digest: string;
  /** Directories that are added to the workspace. */
  dependencies: readonly Dependency[];
  /** Opens the archive of `tests/` and `solution/`. Keys are relative paths such as `tests/test.sh`. */
  openHidden(): Promise<Map<string, HiddenFile>>;
}

/** A read-only directory that the tests need. */
export interface Dependency {
  /** Path in the workspace. */
  path: string;
  /** Its source, resolved at the time of use. */
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
