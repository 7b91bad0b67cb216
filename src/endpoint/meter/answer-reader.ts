import { type AnswerSplitter, answerSplitter } from './answer-splitter.js';
import { emptyAnswer, type ParsedAnswer } from './parsed-answer.js';
import { chatReader } from './read-chat.js';
import { responsesReader } from './read-responses.js';

export type Wire = 'chat' | 'responses';

/** Reads an answer as the bytes arrive. The size of the chunks makes no difference. */
export interface AnswerReader extends Omit<AnswerSplitter, 'end'> {
  /** No more bytes will come. Returns the complete answer. */
  end(): ParsedAnswer;
  /** What was read so far. */
  readonly answer: ParsedAnswer;
}

/** A reader for one answer, streamed or not. */
export function answerReader(wire: Wire): AnswerReader {
  const answer = emptyAnswer();
  const splitter = answerSplitter({
    ...(wire === 'chat' ? chatReader(answer) : { onValue: responsesReader(answer) }),
    onDone() {
      answer.complete = true;
    },
    onMalformed(why) {
      answer.malformed ??= why;
    },
  });
  return {
    answer,
    get isDocument() {
      return splitter.isDocument;
    },
    push: splitter.push,
    end() {
      splitter.end();
      return answer;
    },
  };
}
