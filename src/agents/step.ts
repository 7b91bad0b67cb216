import { isAbsolute, relative } from 'node:path';
import * as z from 'zod/mini';

/** A step that the agent reports in its output. It is shown on the screen and in the replay; scores do not use it. */
export type AgentStep =
  | { kind: 'message'; text: string }
  | { kind: 'reasoning'; text: string }
  | {
      kind: 'tool';
      /** The kind of the tool. */
      action: 'read' | 'edit' | 'write' | 'search' | 'shell' | 'other';
      /** The agent's name of the tool. */
      name: string;
      /** File, pattern or command; workspace paths relative. */
      target: string;
      ok: boolean;
      exitCode: number | null;
      /** Changed lines with the prefix `+` or `-`. */
      diff: string | null;
      /** Output of the tool, truncated. */
      output: string | null;
      durationMs: number | null;
    }
  | { kind: 'error'; text: string };

/** Reads one line of the agent's stdout. Unknown lines give no steps. Never throws. */
export type StepParser = (line: string) => AgentStep[];

type ToolStep = Extract<AgentStep, { kind: 'tool' }>;

const MAX_CHARS = 4_000;

/** The kind of a tool, by the names that agents use. */
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

/** Names of the argument that has the target of a tool call, in order of preference. */
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
  /** A diff that the tool reports. It is preferred to one from the arguments. */
  diff?: string | null;
}

/** The tool call as a step. Paths below the workspace become relative. */
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

function writtenLines(input: Record<string, unknown>): string | null {
  const lines = marked('+', input, WRITTEN_TEXT);
  return lines.length > 0 ? lines.join('\n').slice(0, MAX_CHARS) : null;
}

/** Cuts the middle: the start says what a command does, the end says how it ended. */
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

/** The JSON of a line of output; null when it is not a JSON object. */
export function parseLine(line: string): unknown {
  // A quick check: an exception for every line of other text would be slow.
  if (!/^\s*\{/.test(line)) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Fields that may be missing or have another type: the output changes between versions, and is only shown. */
export const text = z.catch(z.optional(z.string()), undefined);
export const number = z.catch(z.optional(z.number()), undefined);
export const anyObject = z.catch(z.record(z.string(), z.unknown()), {});

/** The text of a message's `content`: a string, or a list of parts; null for none. */
export function contentText(content: unknown): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  const parts = content.map((part) => objectOf(part).text).filter((part) => typeof part === 'string');
  return parts.length > 0 ? parts.join('') : null;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
