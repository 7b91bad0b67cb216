import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { parseJson } from '../json.js';
import { type CaptureFile, createCaptureFile } from './capture-file.js';
import type { AnswerSink, ExchangeResult } from './exchange.js';

/** Headers with credentials. They are not written. */
const SECRET_HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'api-key',
  'cookie',
  'set-cookie',
]);

/** A request to a path of the API. */
interface PostedRequest {
  path: string;
  body: Buffer;
}

export interface CapturedRequest extends PostedRequest {
  headers: IncomingHttpHeaders;
  /** The request to the endpoint, when it differs from the agent's. */
  sent: PostedRequest | null;
}

/** Writes the endpoint's answer to one call as it arrives. */
export interface CallCapture extends Pick<AnswerSink, 'head'> {
  data(chunk: Buffer): void;
  end(result: ExchangeResult): void;
}

interface CaptureOptions {
  dir: string;
  /** Index of the call: 1 gives `001-request.json`. */
  index: number;
  key: string | null;
  /** A file could not be written. Called at most once; the call continues without capture. */
  onFault(error: Error): void;
}

/** How the body of an answer is written to its file. */
interface BodyFormat {
  extension: 'json' | 'sse';
  open: string;
  encode(chunk: Buffer): Buffer | string;
  /** Written after the last byte of a complete answer. */
  close: string;
}

/**
 * Writes a call to two new files in `dir`, for people to read, with the key redacted:
 * - `NNN-request.json`
 * - the endpoint's answer, as `NNN-response.sse` (the headers as comments, then the unchanged bytes) or as
 *   `NNN-response.json` (a JSON body unchanged, even if it is invalid; another body as a string; null for none).
 */
export function captureCall(options: CaptureOptions, request: CapturedRequest): CallCapture {
  const name = join(options.dir, `${options.index}`.padStart(3, '0'));
  let head = describeHead(null, {});
  let comments = '';
  let readable = true;
  let answer: { file: CaptureFile; format: BodyFormat } | null = null;
  let hasFailed = false;

  const create = (what: string) => createCaptureFile(`${name}-${what}`, options.key);

  /** A write error, such as a full disk, must not break a measured call. */
  function guarded(write: () => void): void {
    if (hasFailed) return;
    try {
      write();
    } catch (error) {
      hasFailed = true;
      options.onFault(error instanceof Error ? error : new Error(String(error)));
    }
  }

  function writeWhole(what: string, parts: ReadonlyArray<Buffer | string>): void {
    const file = create(what);
    for (const part of parts) file.write(part);
    file.close();
  }

  function begin(first: Buffer): { file: CaptureFile; format: BodyFormat } {
    const format = bodyFormat(first);
    const file = create(`response.${format.extension}`);
    file.write((format.extension === 'sse' ? comments : head) + format.open);
    answer = { file, format };
    return answer;
  }

  function finish(result: ExchangeResult): void {
    if (result.kind === 'refused') {
      const { status, headers, body } = result;
      writeWhole('response.json', [describeHead(status, headers), asJson(body), '}\n']);
    } else if (answer === null) {
      const error = result.kind === 'broken' ? `,"error":${JSON.stringify(result.error.message)}` : '';
      writeWhole('response.json', [head, 'null', error, '}\n']);
    } else {
      const { file, format } = answer;
      if (result.kind === 'streamed') file.write(format.close);
      else if (format.extension === 'sse') file.write(`\n\n: ${result.kind}\n`);
      file.close();
    }
  }

  guarded(() => {
    const { path, headers, body, sent } = request;
    const asSent: Array<Buffer | string> =
      sent === null ? [] : [`,"sent":{"path":${JSON.stringify(sent.path)},"body":`, asJson(sent.body), '}'];
    const opening = `{"path":${JSON.stringify(path)},"headers":${JSON.stringify(withoutSecrets(headers))},"body":`;
    writeWhole('request.json', [opening, asJson(body), ...asSent, '}\n']);
  });

  return {
    head(status, headers, isReadable) {
      head = describeHead(status, headers);
      const lines = Object.entries(withoutSecrets(headers)).map(([field, value]) => `: ${field}: ${value}\n`);
      comments = `: HTTP ${status}\n${lines.join('')}\n`;
      readable = isReadable;
    },
    data(chunk) {
      // In an unknown encoding the key cannot be found and redacted.
      if (!readable || (answer === null && isBlank(chunk))) return;
      guarded(() => {
        const { file, format } = answer ?? begin(chunk);
        file.write(format.encode(chunk));
      });
    },
    end: (result) => guarded(() => finish(result)),
  };
}

/** Chooses by the first character, as `answerSplitter` does. */
function bodyFormat(first: Buffer): BodyFormat {
  const start = first.toString('latin1').trimStart();
  const same = (chunk: Buffer) => chunk;
  if (/^[{[]/.test(start)) return { extension: 'json', open: '', encode: same, close: '}\n' };
  if (!start.startsWith('<')) return { extension: 'sse', open: '', encode: same, close: '' };
  const decoder = new StringDecoder('utf8');
  const encode = (text: string) => JSON.stringify(text).slice(1, -1);
  return {
    extension: 'json',
    open: '"',
    encode: (chunk) => encode(decoder.write(chunk)),
    close: '"}\n',
  };
}

function isBlank(chunk: Buffer): boolean {
  return chunk.toString('latin1').trim() === '';
}

function withoutSecrets(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRET_HEADERS.has(name)));
}

/** The start of the JSON file, up to the body. */
function describeHead(status: number | null, headers: IncomingHttpHeaders): string {
  return `{"status":${status},"headers":${JSON.stringify(withoutSecrets(headers))},"body":`;
}

/** A JSON body stays unchanged; any other becomes a string. */
function asJson(body: Buffer): Buffer | string {
  const text = body.toString();
  return parseJson(text) === undefined ? JSON.stringify(text) : body;
}
