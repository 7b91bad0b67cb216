import { type AnswerSplitter, answerSplitter } from './answer-splitter.js';
import { emptyAnswer, type ParsedAnswer } from './parsed-answer.js';
import { chatReader } from './read-chat.js';
import { responsesReader } from './read-responses.js';

export type Wire = 'chat' | 'responses';

/** Reads an answer while its bytes pass by. However they are cut into chunks, the answer is the same. */
export interface AnswerReader extends Omit<AnswerSplitter, 'end'> {
  /** No more bytes will come. Returns the finished answer. */
  end(): ParsedAnswer;
  readonly answer: ParsedAnswer;
}

/** A reader for one answer, streamed or not. */
export function answerReader(wire: Wire): AnswerReader {
  const answer = emptyAnswer();
  const pieces = answerSplitter({
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
      return pieces.isDocument;
    },
    push: pieces.push,
    end() {
      pieces.end();
      return answer;
    },
  };
}
