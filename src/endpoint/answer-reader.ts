import { StringDecoder } from 'node:string_decoder';
import { createParser } from 'eventsource-parser';
import { parseJson } from './json.js';
import { type Absorb, chatReader } from './read-chat.js';
import { responsesReader } from './read-responses.js';
import { emptyReading, type Reading } from './reading.js';

export type Wire = 'chat' | 'responses';

/** Reads an answer while its bytes pass by. However they are cut into chunks, the reading is the same. */
export interface AnswerReader {
  push(chunk: Uint8Array): void;
  /** No more bytes will come. Returns the finished reading. */
  end(): Reading;
  readonly reading: Reading;
  /** The answer is one document, not a stream of events. Null before its first character. */
  readonly isDocument: boolean | null;
}

/** The longest single event or whole JSON answer that is parsed; longer ones pass by unread. */
const PARSE_CHARS = 32 * 1024 * 1024;

interface Format {
  feed(text: string): void;
  end(): void;
}

/**
 * A reader for one answer. Whether it is a stream or one JSON document is seen from its first character: servers mix up
 * content types, and answer a request for a stream with a document.
 */
export function answerReader(wire: Wire): AnswerReader {
  const reading = emptyReading();
  const absorb = wire === 'chat' ? chatReader(reading) : responsesReader(reading);
  const decoder = new StringDecoder('utf8');
  let format: Format | null = null;
  let isDocument: boolean | null = null;

  function feed(text: string): void {
    if (format !== null) {
      format.feed(text);
      return;
    }
    const start = text.replace(/^[\uFEFF\s]+/, '');
    if (start === '') return;
    if (start.startsWith('<'))
      reading.malformed = 'The endpoint answered with a web page, not with JSON or a stream.';
    isDocument = start.startsWith('{') || start.startsWith('<');
    format = isDocument ? documentFormat(reading, absorb) : streamFormat(reading, absorb);
    format.feed(start);
  }

  return {
    reading,
    get isDocument() {
      return isDocument;
    },
    push: (chunk) => feed(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))),
    end() {
      feed(decoder.end());
      format?.end();
      return reading;
    },
  };
}

function documentFormat(reading: Reading, absorb: Absorb): Format {
  let parts: string[] = [];
  let chars = 0;
  return {
    feed(text) {
      chars += text.length;
      if (chars <= PARSE_CHARS) parts.push(text);
      else parts = [];
    },
    end() {
      if (reading.malformed !== null) return;
      if (chars > PARSE_CHARS) {
        reading.malformed = `The answer is longer than ${PARSE_CHARS / 1024 / 1024} MB and was not read.`;
        return;
      }
      const body = parseJson(parts.join(''));
      if (body === undefined) {
        reading.malformed = 'The answer is not valid JSON.';
        return;
      }
      absorb(body);
      reading.complete = true;
    },
  };
}

function streamFormat(reading: Reading, absorb: Absorb): Format {
  let readable = true;
  const parser = createParser({
    maxBufferSize: PARSE_CHARS,
    onEvent({ data }) {
      if (data === '[DONE]') {
        reading.complete = true;
        return;
      }
      const piece = parseJson(data);
      if (piece === undefined) reading.malformed ??= 'An event of the stream is not valid JSON.';
      else absorb(piece);
    },
    onError(error) {
      if (error.type !== 'max-buffer-size-exceeded') return;
      readable = false;
      reading.malformed ??= `An event of the stream is longer than ${PARSE_CHARS / 1024 / 1024} MB and was not read.`;
    },
  });
  return {
    feed(text) {
      if (readable) parser.feed(text);
    },
    end() {
      // Some servers leave out the blank line after the last event.
      if (readable) parser.feed('\n\n');
    },
  };
}
