import { posix } from 'node:path';
import type { Conversation, DemoPlay } from './conversation.js';
import { minimalEdit } from './minimal-edit.js';
import { wholeFileAnswer } from './text.js';
import { assignRoles, fillArguments, type OfferedTool, type ToolRoles } from './tool-roles.js';

export type Move =
  | { kind: 'say'; text: string }
  | { kind: 'call'; words: string; tool: string; arguments: Record<string, unknown> };

/** What a request is about: a coding turn, a question that wants some other tool, or plain text such as a title. */
export type RequestKind = 'task' | 'probe' | 'plain';

const REFUSED =
  /^\W*(<\w+>\W*)?(error|fail|invalid|denied|rejected|cannot|could not|unable)|(old_?(string|text|str)).{0,120}(not found|no match|multiple|not unique)|not been read|must.{0,20} read|no such file|permission denied|requires approval/i;

/** Decides the next move from the conversation alone, so that a repeated request gets the same answer. */
export function nextMove(play: DemoPlay, conversation: Conversation): { kind: RequestKind; move: Move } {
  const { tools } = conversation;
  if (tools.length === 0 && play.dialect === 'whole-file') {
    return { kind: 'task', move: { kind: 'say', text: wholeFileAnswer(play, conversation) } };
  }
  if (tools.length === 0) return { kind: 'plain', move: { kind: 'say', text: 'Scripted demo' } };
  const roles = assignRoles(tools);
  if (roles.edit === null && roles.write === null && roles.shell === null) {
    return { kind: 'probe', move: answerProbe(conversation) };
  }
  return { kind: 'task', move: playOn(play, roles, conversation) };
}

/** Walks the script along the calls already made and stops at the first that was not. */
function playOn(play: DemoPlay, roles: ToolRoles, { turns }: Conversation): Move {
  let done = 0;
  for (const edit of play.edits) {
    const path = posix.join(play.workspace, edit.path);
    if (roles.read !== null && edit.before !== null && edit.after !== null) {
      if (done === turns.length) return call(`Reading ${edit.path}.`, roles.read, { path });
      done++;
    }
    for (const way of waysToChange(edit, path, roles)) {
      const turn = turns[done];
      if (turn === undefined) return way;
      done++;
      // Judged by its first words: a success may go on with diagnostics of the code.
      if (!REFUSED.test(turn.result.slice(0, 300))) break;
    }
  }
  if (play.shell !== undefined && roles.shell !== null && done === turns.length) {
    return call('Running the tests.', roles.shell, { command: play.shell });
  }
  return { kind: 'say', text: play.closing };
}

/** Every way to make a change with the tools there are, the most natural first; the next is for when one is refused. */
function waysToChange(
  { path: name, before, after }: DemoPlay['edits'][number],
  path: string,
  roles: ToolRoles,
): Move[] {
  const { edit, write, shell } = roles;
  const ways: Move[] = [];
  if (after === null) {
    const words = `Removing ${name}.`;
    if (roles.delete !== null) ways.push(call(words, roles.delete, { path }));
    if (shell !== null) ways.push(call(words, shell, { command: `rm -f -- ${quote(path)}` }));
    return ways;
  }
  const hunk = before === null ? null : minimalEdit(before, after);
  const words = before === null ? `Writing ${name}.` : `Changing ${name}.`;
  if (edit !== null && hunk !== null)
    ways.push(call(words, edit, { path, old: hunk.oldText, new: hunk.newText }));
  if (write !== null) ways.push(call(words, write, { path, content: after }));
  if (shell !== null) {
    const command = `mkdir -p ${quote(posix.dirname(path))} && printf '%s' ${quote(after)} > ${quote(path)}`;
    ways.push(call(words, shell, { command }));
  }
  return ways;
}

/** A tool that is no coding tool is called when the request demands it or the user names it, and its answer is repeated. */
function answerProbe({ tools, turns, user, demanded }: Conversation): Move {
  const last = turns.at(-1);
  if (last !== undefined) return { kind: 'say', text: last.result };
  const tool =
    tools.find(({ name }) => name === demanded || user.includes(name)) ??
    (demanded === null ? undefined : tools[0]);
  if (tool === undefined) return { kind: 'say', text: 'This is a scripted demo model.' };
  return { kind: 'call', words: '', tool: tool.name, arguments: fillArguments(tool, {}, user) };
}

function call(words: string, tool: OfferedTool, values: Parameters<typeof fillArguments>[1]): Move {
  return { kind: 'call', words, tool: tool.name, arguments: fillArguments(tool, values) };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
