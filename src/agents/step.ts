/** What the agent's own output says it did: a hint for the screen and the replay, never evidence for the score. */
export type AgentStep =
  | { kind: 'message'; text: string }
  | { kind: 'reasoning'; text: string }
  | {
      kind: 'tool';
      /** What the tool does, in our words. */
      action: 'read' | 'edit' | 'write' | 'search' | 'shell' | 'other';
      /** The agent's own name of the tool. */
      name: string;
      /** File, pattern or command; workspace paths relative. */
      target: string;
      ok: boolean;
      exitCode: number | null;
      /** Changed lines, `+`/`-` prefixed, for edits. */
      diff: string | null;
      /** What the tool answered, capped. */
      output: string | null;
      durationMs: number | null;
    }
  | { kind: 'error'; text: string };

/** Reads the agent's stdout a line at a time. Unknown lines give no steps; it never throws. */
export type StepParser = (line: string) => AgentStep[];
