import type { Conversation, DemoPlay } from './conversation.js';

/** How aider tells that it has put files, which an answer named, before the model's eyes, and asks again. */
const FILES_ADDED = /^I added these files to the chat/;

/**
 * The script for agents that read edits out of the text of an answer: every changed file whole, its path before a
 * fence. Said again while the agent only brings files up; then the last words. A file cannot be removed this way.
 */
export function wholeFileAnswer(play: DemoPlay, { said, user }: Conversation): string {
  const files = play.edits.flatMap(({ path, after }) => (after === null ? [] : [fenced(path, after)]));
  const asked = !said.some((text) => files.some((file) => text.includes(file))) || FILES_ADDED.test(user);
  return files.length > 0 && asked ? [...files, play.closing].join('\n\n') : play.closing;
}

function fenced(path: string, content: string): string {
  return `${path}\n\`\`\`\n${content.replace(/\n?$/, '\n')}\`\`\``;
}
