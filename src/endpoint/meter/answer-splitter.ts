import { StringDecoder } from 'node:string_decoder';
import { createParser } from 'eventsource-parser';
import { parseJson } from '../json.js';
import { markupKind } from '../probe/non-api-answer.js';
import { type TextField, textDeltaMatcher } from './text-delta-matcher.js';

/** Told what an answer holds, in its order. */
export interface SplitHandlers {
  /** One event of a stream, or the whole of a document, parsed. */
  onValue(value: unknown): void;
  /** The last piece of a chat stream again, once or more, but for the words of its delta. Without this, all are pieces. */
  onTextDelta?(field: TextField, words: string): void;
  /** The server said that it was done: `[DONE]`, or the end of a whole document. */
  onDone(): void;
  /** Why the answer, or a part of it, cannot be understood. May come more than once. */
  onMalformed(why: string): void;
}

/** Takes an answer apart while its bytes pass by. However they are cut into chunks, the pieces are the same. */
export interface AnswerSplitter {
  push(chunk: Uint8Array): void;
  /** No more bytes will come. */
  end(): void;
  /** The answer is one document, not a stream of events. Null before its first character. */
  readonly isDocument: boolean | null;
}

/** The longest single event or whole JSON answer that is parsed; longer ones pass by unread. */
const PARSE_CHARS = 32 * 1024 * 1024;

interface BodyParser {
  feed(text: string): void;
  end(): void;
}

/**
 * Takes one answer apart. Whether it is a stream or one JSON document is seen from its first character: servers mix up
 * content types, and answer a request for a stream with a document.
 */
export function answerSplitter(handlers: SplitHandlers): AnswerSplitter {
  const decoder = new StringDecoder('utf8');
  let format: BodyParser | null = null;
  let isDocument: boolean | null = null;

  function open(start: string): BodyParser {
    const markup = markupKind(start);
    if (markup !== null) {
      handlers.onMalformed(`The endpoint answered with ${markup}, not with JSON or a stream.`);
      isDocument = true;
      return { feed() {}, end() {} };
    }
    isDocument = start.startsWith('{');
    return isDocument ? documentParser(handlers) : streamParser(handlers);
  }

  function feed(text: string): void {
    if (format !== null) {
      format.feed(text);
      return;
    }
    const start = text.replace(/^[\uFEFF\s]+/, '');
    if (start === '') return;
    format = open(start);
    format.feed(start);
  }

  return {
    get isDocument() {
      return isDocument;
    },
    push: (chunk) => feed(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))),
    end() {
      feed(decoder.end());
      format?.end();
    },
  };
}

function documentParser({ onValue: piece, onDone: done, onMalformed: malformed }: SplitHandlers): BodyParser {
  let parts: string[] = [];
  let chars = 0;
  return {
    feed(text) {
      chars += text.length;
      if (chars <= PARSE_CHARS) parts.push(text);
      else parts = [];
    },
    end() {
      if (chars > PARSE_CHARS) {
        malformed(`The answer is longer than ${PARSE_CHARS / 1024 / 1024} MB and was not read.`);
        return;
      }
      const body = parseJson(parts.join(''));
      if (body === undefined) {
        malformed('The answer is not valid JSON.');
        return;
      }
      piece(body);
      done();
    },
  };
}

function streamParser(handlers: SplitHandlers): BodyParser {
  const { onValue: piece, onDone: done, onMalformed: malformed } = handlers;
  const words = handlers.onTextDelta ? textDeltaMatcher(handlers.onTextDelta) : null;
  let readable = true;
  const parser = createParser({
    maxBufferSize: PARSE_CHARS,
    onEvent({ data }) {
      if (words?.tryTake(data)) return;
      words?.flush();
      if (data === '[DONE]') {
        done();
        return;
      }
      const value = parseJson(data);
      if (value === undefined) malformed('An event of the stream is not valid JSON.');
      else piece(value);
      words?.setTemplate(data, value);
    },
    onError(error) {
      if (error.type !== 'max-buffer-size-exceeded') return;
      readable = false;
      malformed(`An event of the stream is longer than ${PARSE_CHARS / 1024 / 1024} MB and was not read.`);
    },
  });
  return {
    feed(text) {
      if (!readable) return;
      parser.feed(text);
      words?.flush();
    },
    end() {
      // Some servers leave out the blank line after the last event.
      if (readable) parser.feed('\n\n');
      words?.flush();
    },
  };
}
