import { describe, expect, it } from 'vitest';
import type { DemoPlay } from '../../src/endpoint/demo/conversation.js';
import { nextMove } from '../../src/endpoint/demo/play.js';

const play: DemoPlay = {
  name: 'oracle',
  dialect: 'whole-file',
  workspace: '/w',
  edits: [
    { path: 'src/a.js', before: 'old\n', after: 'new\n' },
    { path: 'src/gone.js', before: 'x\n', after: null },
  ],
  closing: 'The bug is fixed.',
};
const conversation = { tools: [], turns: [], demanded: null, user: 'Fix it.', said: [] as string[] };
const say = (said: string[], user: string) => {
  const { kind, move } = nextMove(play, { ...conversation, said, user });
  return { kind, text: move.kind === 'say' ? move.text : null };
};
const EDIT = 'src/a.js\n```\nnew\n```\n\nThe bug is fixed.';

describe('the scripted model with an agent that edits by whole files', () => {
  it('gives every changed file whole, its path before the fence', () => {
    expect(say([], 'Fix it.')).toEqual({ kind: 'task', text: EDIT });
  });

  it('says the same again when the file was only brought up, and then no more', () => {
    expect(say([EDIT], 'I added these files to the chat: src/a.js').text).toBe(EDIT);
    expect(say([EDIT], 'Fix any errors below').text).toBe('The bug is fixed.');
  });

  it('without edits has only its last words', () => {
    expect(nextMove({ ...play, edits: [] }, conversation).move).toEqual({ kind: 'say', text: play.closing });
  });
});
