/** What the agent changed, build litter apart. Paths are relative to the workspace and sorted. */
export interface TreeChanges {
  added: readonly string[];
  removed: readonly string[];
  modified: readonly string[];
  /** The agent made a git directory of its own somewhere below the workspace. */
  extraGitDir: boolean;
}

/** A changed file's contents on either side; null where the file was absent, or is no text. */
export interface ChangedText {
  path: string;
  before: string | null;
  after: string | null;
}
