import { describe, expect, it } from 'vitest';
import { type DemoScenario, nextReply } from '../../../src/endpoint/demo/scenario.js';

const scenario: DemoScenario = {
  name: 'oracle',
  dialect: 'whole-file',
  workspace: '/w',
  edits: [
    { path: 'src/a.js', before: 'old\n', after: 'new\n' },
    { path: 'src/gone.js', before: 'x\n', after: null },
  ],
  finalText: 'The bug is fixed.',
};
const conversation = {
  tools: [],
  turns: [],
  requiredTool: null,
  lastUserText: 'Fix it.',
  assistantTexts: [] as string[],
};
const replyTo = (lastUserText: string, assistantTexts: string[] = []) => {
  const { kind, reply } = nextReply(scenario, { ...conversation, assistantTexts, lastUserText });
  return { kind, text: reply.kind === 'say' ? reply.text : null };
};
const EDIT = 'src/a.js\n```\nnew\n```\n\nThe bug is fixed.';

describe('the scripted model, for an agent that reads whole files from the text of an answer', () => {
  it('sends each changed file in full, with its path before the fence', () => {
    expect(replyTo('Fix it.')).toEqual({ kind: 'task', text: EDIT });
  });

  it('repeats the files once the agent has added them to the chat, then sends the final text', () => {
    expect(replyTo('I added these files to the chat: src/a.js', [EDIT]).text).toBe(EDIT);
    expect(replyTo('Fix any errors below', [EDIT]).text).toBe('The bug is fixed.');
  });

  it('sends only the final text when there are no edits', () => {
    expect(nextReply({ ...scenario, edits: [] }, conversation).reply).toEqual({
      kind: 'say',
      text: scenario.finalText,
    });
  });
});
