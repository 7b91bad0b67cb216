import { type AnswerPieces, answerPieces } from './answer-pieces.js';
import { chatReader } from './read-chat.js';
import { responsesReader } from './read-responses.js';
import { emptyReading, type Reading } from './reading.js';

export type Wire = 'chat' | 'responses';

/** Reads an answer while its bytes pass by. However they are cut into chunks, the reading is the same. */
export interface AnswerReader extends Omit<AnswerPieces, 'end'> {
  /** No more bytes will come. Returns the finished reading. */
  end(): Reading;
  readonly reading: Reading;
}

/** A reader for one answer, streamed or not. */
export function answerReader(wire: Wire): AnswerReader {
  const reading = emptyReading();
  const pieces = answerPieces({
    ...(wire === 'chat' ? chatReader(reading) : { piece: responsesReader(reading) }),
    done() {
      reading.complete = true;
    },
    malformed(why) {
      reading.malformed ??= why;
    },
  });
  return {
    reading,
    get isDocument() {
      return pieces.isDocument;
    },
    push: pieces.push,
    end() {
      pieces.end();
      return reading;
    },
  };
}
