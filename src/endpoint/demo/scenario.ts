import { posix } from 'node:path';
import { minimalEdit } from './minimal-edit.js';
import { assignRoles, fillArguments, type OfferedTool, type ToolRoles } from './tool-roles.js';

/** What the scripted model does: it changes files with the tools that it is offered, then sends a last message. */
export interface DemoScenario {
  name: 'oracle' | 'no-op' | 'cheat' | 'refuse';
  /** Absolute path that the agent works in. */
  workspace: string;
  /** Paths relative to the workspace; null: the file does not exist. */
  edits: ReadonlyArray<{ path: string; before: string | null; after: string | null }>;
  /** The last message. */
  finalText: string;
  /** How the agent edits: by tool calls, or by whole files in the text of an answer. @default 'tools' */
  dialect?: 'tools' | 'whole-file';
  /** A command to run after the edits, such as the tests. */
  shell?: string | undefined;
}

/** A conversation, independent of the API that carried it. */
export interface Conversation {
  tools: readonly OfferedTool[];
  /** The model's tool calls so far, in order, each with its result. */
  turns: ReadonlyArray<{ tool: string; result: string }>;
  /** Text of the assistant messages so far, in order. */
  assistantTexts: readonly string[];
  lastUserText: string;
  /** The tool that the request demands a call of; `*` for any tool. */
  requiredTool: string | null;
}

/** `text` of a call is what the model says before it. */
export type ScriptedReply =
  | { kind: 'say'; text: string }
  | { kind: 'call'; text: string; tool: string; arguments: Record<string, unknown> };

/** What a request wants: a coding turn, a call of a tool that is not for coding, or plain text such as a title. */
export type RequestKind = 'task' | 'probe' | 'plain';

const REFUSED =
  /^\W*(<\w+>\W*)?(error|fail|invalid|denied|rejected|cannot|could not|unable)|(old_?(string|text|str)).{0,120}(not found|no match|multiple|not unique)|not been read|must.{0,20} read|no such file|permission denied|requires approval/i;

/** Returns the next reply. It depends only on the conversation, so a repeated request gets the same reply. */
export function nextReply(
  scenario: DemoScenario,
  conversation: Conversation,
): { kind: RequestKind; reply: ScriptedReply } {
  const { tools } = conversation;
  if (tools.length === 0 && scenario.dialect === 'whole-file') {
    return { kind: 'task', reply: { kind: 'say', text: wholeFileReply(scenario, conversation) } };
  }
  if (tools.length === 0) return { kind: 'plain', reply: { kind: 'say', text: 'Scripted demo' } };
  const roles = assignRoles(tools);
  if (roles.edit === null && roles.write === null && roles.shell === null) {
    return { kind: 'probe', reply: replyToProbe(conversation) };
  }
  return { kind: 'task', reply: nextStep(scenario, roles, conversation) };
}

/** Skips the steps whose calls were already made, and returns the first one that is left. */
function nextStep(scenario: DemoScenario, roles: ToolRoles, { turns }: Conversation): ScriptedReply {
  let done = 0;
  for (const edit of scenario.edits) {
    const path = posix.join(scenario.workspace, edit.path);
    if (roles.read !== null && edit.before !== null && edit.after !== null) {
      if (done === turns.length) return call(`Reading ${edit.path}.`, roles.read, { path });
      done++;
    }
    for (const way of waysToChange(edit, path, roles)) {
      const turn = turns[done];
      if (turn === undefined) return way;
      done++;
      // Only the start counts: after a success the tool may print diagnostics, which contain such words too.
      if (!REFUSED.test(turn.result.slice(0, 300))) break;
    }
  }
  if (scenario.shell !== undefined && roles.shell !== null && done === turns.length) {
    return call('Running the tests.', roles.shell, { command: scenario.shell });
  }
  return { kind: 'say', text: scenario.finalText };
}

/** All calls that would make a change, in order of preference. The next one is tried when a tool refuses the last. */
function waysToChange(
  { path: name, before, after }: DemoScenario['edits'][number],
  path: string,
  roles: ToolRoles,
): ScriptedReply[] {
  const { edit, write, shell } = roles;
  const ways: ScriptedReply[] = [];
  if (after === null) {
    const text = `Removing ${name}.`;
    if (roles.delete !== null) ways.push(call(text, roles.delete, { path }));
    if (shell !== null) ways.push(call(text, shell, { command: `rm -f -- ${quote(path)}` }));
    return ways;
  }
  const hunk = before === null ? null : minimalEdit(before, after);
  const text = before === null ? `Writing ${name}.` : `Changing ${name}.`;
  if (edit !== null && hunk !== null)
    ways.push(call(text, edit, { path, old: hunk.oldText, new: hunk.newText }));
  if (write !== null) ways.push(call(text, write, { path, content: after }));
  if (shell !== null) {
    const command = `mkdir -p ${quote(posix.dirname(path))} && printf '%s' ${quote(after)} > ${quote(path)}`;
    ways.push(call(text, shell, { command }));
  }
  return ways;
}

/** Calls the tool that the request demands or the user names, then repeats its result. */
function replyToProbe({ tools, turns, lastUserText, requiredTool }: Conversation): ScriptedReply {
  const last = turns.at(-1);
  if (last !== undefined) return { kind: 'say', text: last.result };
  const tool =
    tools.find(({ name }) => name === requiredTool || lastUserText.includes(name)) ??
    (requiredTool === null ? undefined : tools[0]);
  if (tool === undefined) return { kind: 'say', text: 'This is a scripted demo model.' };
  return { kind: 'call', text: '', tool: tool.name, arguments: fillArguments(tool, {}, lastUserText) };
}

function call(text: string, tool: OfferedTool, values: Parameters<typeof fillArguments>[1]): ScriptedReply {
  return { kind: 'call', text, tool: tool.name, arguments: fillArguments(tool, values) };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** aider sends this after it added the files that an answer named; it expects the same answer again. */
const FILES_ADDED = /^I added these files to the chat/;

/**
 * The reply to an agent that reads edits from the text of an answer: each changed file in full, in a fence after its
 * path. It is repeated while the agent only adds files to the chat; then the last message follows. This format cannot
 * remove a file.
 */
function wholeFileReply(scenario: DemoScenario, { assistantTexts, lastUserText }: Conversation): string {
  const files = scenario.edits.flatMap(({ path, after }) => (after === null ? [] : [fenced(path, after)]));
  const isDue =
    !assistantTexts.some((text) => files.some((file) => text.includes(file))) ||
    FILES_ADDED.test(lastUserText);
  return files.length > 0 && isDue ? [...files, scenario.finalText].join('\n\n') : scenario.finalText;
}

function fenced(path: string, content: string): string {
  return `${path}\n\`\`\`\n${content.replace(/\n?$/, '\n')}\`\`\``;
}
