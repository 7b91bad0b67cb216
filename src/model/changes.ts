/** What the agent changed, without litter. Paths are relative to the workspace and sorted. */
export interface TreeChanges {
  added: readonly string[];
  removed: readonly string[];
  modified: readonly string[];
  /** The agent made another git directory below the workspace. */
  extraGitDir: boolean;
}

/** A file's contents before and after the change; null when it is absent or not text. */
export interface ChangedText {
  path: string;
  before: string | null;
  after: string | null;
}
