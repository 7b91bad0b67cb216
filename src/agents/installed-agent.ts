/** An agent that is ready to start. */
export interface InstalledAgent {
  /** What comes before its arguments: its binary, or an interpreter and its script. */
  command: readonly string[];
  /** What it said of itself; null when it would not say. */
  version: string | null;
  /** Must stay readable inside the sandbox. */
  readable: readonly string[];
}
