import type { OfferedTool } from './tool-roles.js';

/** What the scripted model does: bring files from one state into another with whatever tools it is given, then say something. */
export interface DemoPlay {
  name: 'oracle' | 'no-op' | 'cheat' | 'refuse';
  /** Absolute path the agent works in. */
  workspace: string;
  /** Paths relative to the workspace; null is a file that is not there. */
  edits: ReadonlyArray<{ path: string; before: string | null; after: string | null }>;
  /** The last words. */
  closing: string;
  /** How the agent edits: by tools, or by whole files in the text of an answer. @default 'tools' */
  dialect?: 'tools' | 'whole-file';
  /** A command to run after the edits, such as the tests. */
  shell?: string | undefined;
}

/** A conversation as the script sees it, whichever API carried it. */
export interface Conversation {
  tools: readonly OfferedTool[];
  /** The model's tool calls so far, in order, each with what the tool answered. */
  turns: ReadonlyArray<{ tool: string; result: string }>;
  /** What the model has said so far, in order. */
  said: readonly string[];
  /** The last thing the user said. */
  user: string;
  /** The request demands a tool call: of this tool, or of any (`*`). */
  demanded: string | null;
}
