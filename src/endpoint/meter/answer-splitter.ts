import { StringDecoder } from 'node:string_decoder';
import { createParser } from 'eventsource-parser';
import { parseJson } from '../json.js';
import { markupKind } from '../probe/non-api-answer.js';
import { type TextField, textDeltaMatcher } from './text-delta-matcher.js';

/** Called for the parts of an answer, in order. */
export interface SplitHandlers {
  /** One JSON value: an event of a stream, or a whole document. */
  onValue(value: unknown): void;
  /**
   * The joined text of one or more events of a chat stream that equal the last value except for this text. Without this
   * handler, `onValue` gets these events too.
   */
  onTextDelta?(field: TextField, text: string): void;
  /** `[DONE]`, or the end of a valid document. */
  onDone(): void;
  /** Why the answer or an event cannot be parsed. May be called more than once. */
  onMalformed(why: string): void;
}

/** Splits an answer into its JSON values as the bytes arrive. The size of the chunks makes no difference. */
export interface AnswerSplitter {
  push(chunk: Uint8Array): void;
  /** No more bytes will come. */
  end(): void;
  /** True for one document, false for a stream of events; null before the first character. */
  readonly isDocument: boolean | null;
}

/** Maximum length of an event or a document that is parsed. */
const MAX_PARSED_CHARS = 32 * 1024 * 1024;

interface BodyParser {
  feed(text: string): void;
  end(): void;
}

/**
 * A splitter for one answer. The first character tells a stream from a document, not the headers: servers send wrong
 * content types, and a document where a stream was requested.
 */
export function answerSplitter(handlers: SplitHandlers): AnswerSplitter {
  const decoder = new StringDecoder('utf8');
  let parser: BodyParser | null = null;
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
    if (parser !== null) {
      parser.feed(text);
      return;
    }
    const start = text.replace(/^[\uFEFF\s]+/, '');
    if (start === '') return;
    parser = open(start);
    parser.feed(start);
  }

  return {
    get isDocument() {
      return isDocument;
    },
    push: (chunk) => feed(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))),
    end() {
      feed(decoder.end());
      parser?.end();
    },
  };
}

function documentParser({ onValue, onDone, onMalformed }: SplitHandlers): BodyParser {
  let parts: string[] = [];
  let chars = 0;
  return {
    feed(text) {
      chars += text.length;
      if (chars <= MAX_PARSED_CHARS) parts.push(text);
      else parts = [];
    },
    end() {
      if (chars > MAX_PARSED_CHARS) {
        onMalformed(`The answer is longer than ${MAX_PARSED_CHARS / 1024 / 1024} MB and was not read.`);
        return;
      }
      const body = parseJson(parts.join(''));
      if (body === undefined) {
        onMalformed('The answer is not valid JSON.');
        return;
      }
      onValue(body);
      onDone();
    },
  };
}

function streamParser(handlers: SplitHandlers): BodyParser {
  const { onValue, onDone, onMalformed } = handlers;
  const matcher = handlers.onTextDelta ? textDeltaMatcher(handlers.onTextDelta) : null;
  let readable = true;
  const parser = createParser({
    maxBufferSize: MAX_PARSED_CHARS,
    onEvent({ data }) {
      if (matcher?.tryTake(data)) return;
      matcher?.flush();
      if (data === '[DONE]') {
        onDone();
        return;
      }
      const value = parseJson(data);
      if (value === undefined) onMalformed('An event of the stream is not valid JSON.');
      else onValue(value);
      matcher?.setTemplate(data, value);
    },
    onError(error) {
      if (error.type !== 'max-buffer-size-exceeded') return;
      readable = false;
      onMalformed(
        `An event of the stream is longer than ${MAX_PARSED_CHARS / 1024 / 1024} MB and was not read.`,
      );
    },
  });
  return {
    feed(text) {
      if (!readable) return;
      parser.feed(text);
      matcher?.flush();
    },
    end() {
      // Some servers omit the blank line after the last event.
      if (readable) parser.feed('\n\n');
      matcher?.flush();
    },
  };
}
