import { isAbsolute, relative } from 'node:path';
import * as z from 'zod/mini';

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

type ToolStep = Extract<AgentStep, { kind: 'tool' }>;

const MAX_CHARS = 4_000;

/** What agents' tools do, by the names they give them. */
const ACTIONS = new Map<string, ToolStep['action']>(
  Object.entries({
    read: 'read',
    read_file: 'read',
    read_files: 'read',
    view: 'read',
    edit: 'edit',
    editor: 'edit',
    multiedit: 'edit',
    apply_patch: 'edit',
    str_replace: 'edit',
    file_editor: 'edit',
    text_editor: 'edit',
    replace: 'edit',
    write: 'write',
    write_file: 'write',
    create: 'write',
    bash: 'shell',
    shell: 'shell',
    terminal: 'shell',
    run_shell_command: 'shell',
    run_commands: 'shell',
    exec_command: 'shell',
    grep: 'search',
    grep_search: 'search',
    search_codebase: 'search',
    glob: 'search',
    ls: 'search',
    list: 'search',
    list_directory: 'search',
    tree: 'search',
  }),
);

/** What a tool call was aimed at, by the names that arguments have. */
const TARGETS = [
  'filePath',
  'file_path',
  'absolute_path',
  'path',
  'command',
  'cmd',
  'pattern',
  'query',
  'description',
];
const OLD_TEXT = ['oldString', 'old_string', 'old_str', 'oldText', 'old_text'];
const NEW_TEXT = ['newString', 'new_string', 'new_str', 'newText', 'new_text'];
const WRITTEN_TEXT = ['content', 'file_text', 'contents'];

/** A finished tool call as an agent reported it. */
export interface ReportedTool {
  name: string;
  input: Record<string, unknown>;
  ok: boolean;
  output: string | null;
  exitCode?: number | null;
  durationMs?: number | null;
  /** A diff of the tool's own; its `+`/`-` lines are shown instead of the arguments'. */
  diff?: string | null;
}

/** The tool call as a step, paths below the workspace relative. */
export function toolStep(workspace: string, tool: ReportedTool): AgentStep {
  const { name, input } = tool;
  const action = ACTIONS.get(name.toLowerCase()) ?? 'other';
  return {
    kind: 'tool',
    action: action === 'edit' && input.command === 'view' ? 'read' : action,
    name,
    target: target(workspace, input),
    ok: tool.ok,
    exitCode: tool.exitCode ?? null,
    diff: diffLines(tool.diff) ?? replacedLines(input) ?? (action === 'write' ? writtenLines(input) : null),
    output: capMiddle(tool.output),
    durationMs: tool.durationMs ?? null,
  };
}

function target(workspace: string, input: Record<string, unknown>): string {
  const text = TARGETS.map((name) => input[name]).find((value) => typeof value === 'string') ?? '';
  return isAbsolute(text) && text.startsWith(workspace) ? relative(workspace, text) || '.' : text;
}

function diffLines(diff: string | null | undefined): string | null {
  if (!diff) return null;
  const lines = diff.split('\n').filter((line) => /^[+-]/.test(line) && !/^(---|\+\+\+)( |$)/.test(line));
  return lines.length > 0 ? lines.join('\n').slice(0, MAX_CHARS) : null;
}

function replacedLines(input: Record<string, unknown>): string | null {
  const edits = Array.isArray(input.edits) ? input.edits.map((edit) => objectOf(edit)) : [input];
  const lines = edits.flatMap((edit) => [...marked('-', edit, OLD_TEXT), ...marked('+', edit, NEW_TEXT)]);
  return lines.length > 0 ? lines.join('\n').slice(0, MAX_CHARS) : null;
}

/** A file written whole: every line of it is new. */
function writtenLines(input: Record<string, unknown>): string | null {
  const lines = marked('+', input, WRITTEN_TEXT);
  return lines.length > 0 ? lines.join('\n').slice(0, MAX_CHARS) : null;
}

/** A command says what it does at the start, and what came of it at the end. */
function capMiddle(output: string | null): string | null {
  if (output === null || output.length <= MAX_CHARS) return output;
  const start = output.slice(0, MAX_CHARS / 4);
  const end = output.slice(-(MAX_CHARS / 4) * 3);
  const leftOut = output.length - start.length - end.length;
  return `${start}\n… ${leftOut} characters left out …\n${end}`;
}

function marked(sign: string, edit: Record<string, unknown>, names: readonly string[]): string[] {
  const text = names.map((name) => edit[name]).find((value) => typeof value === 'string');
  return typeof text === 'string' && text !== '' ? [text.replace(/\n$/, '').replace(/^/gm, sign)] : [];
}

/** A line of an agent's output as JSON; null when it is none. */
export function parseLine(line: string): unknown {
  // A flood of other text costs nothing: an exception a line would.
  if (!/^\s*\{/.test(line)) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Fields that may be missing or of another kind: an agent's output changes with its version, and is only shown. */
export const text = z.catch(z.optional(z.string()), undefined);
export const number = z.catch(z.optional(z.number()), undefined);
export const anyObject = z.catch(z.record(z.string(), z.unknown()), {});

/** The text in `content` of a message: a string, or a list of parts that have some. */
export function contentText(content: unknown): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  const parts = content.map((part) => objectOf(part).text).filter((part) => typeof part === 'string');
  return parts.length > 0 ? parts.join('') : null;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
