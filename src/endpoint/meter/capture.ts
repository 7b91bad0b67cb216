import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { parseJson } from '../json.js';
import { type CaptureFile, createCaptureFile } from './capture-file.js';
import type { AnswerSink, ExchangeResult } from './exchange.js';

/** Left out of what is kept: they open doors. */
const SECRET_HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'api-key',
  'cookie',
  'set-cookie',
]);

/** A path of the API and the body that went to it. */
interface Posted {
  path: string;
  body: Buffer;
}

export interface CapturedRequest extends Posted {
  headers: IncomingHttpHeaders;
  /** What the endpoint got, where that is not what the agent sent. */
  sent: Posted | null;
}

/** Keeps the endpoint's answer to one call while it passes by. */
export interface CallCapture extends Pick<AnswerSink, 'head'> {
  data(chunk: Buffer): void;
  end(outcome: ExchangeResult): void;
}

interface CaptureOptions {
  dir: string;
  /** Of the call: 1 makes `001-request.json`. */
  index: number;
  key: string | null;
  /** Why a file could not be written; said once, and the call goes on without. */
  onFault(error: Error): void;
}

/** How the body of an answer stands in its file. */
interface BodyFormat {
  extension: 'json' | 'sse';
  open: string;
  encode(chunk: Buffer): Buffer | string;
  /** After the last byte of a whole answer. */
  close: string;
}

/**
 * Writes a call to two new files of `dir`, for people to read, with the key cut out: `NNN-request.json`, and the
 * endpoint's answer as `NNN-response.sse` (its headers as comments, then its bytes as they came) or `NNN-response.json`
 * (a JSON body as it came, broken where it was broken; any other as a string; null where none came).
 */
export function captureCall(options: CaptureOptions, request: CapturedRequest): CallCapture {
  const name = join(options.dir, `${options.index}`.padStart(3, '0'));
  let head = describeHead(null, {});
  let comments = '';
  let readable = true;
  let answer: { file: CaptureFile; format: BodyFormat } | null = null;
  let faulty = false;

  const create = (what: string) => createCaptureFile(`${name}-${what}`, options.key);

  /** A full disk is no reason to spoil a measured call. */
  function guarded(act: () => void): void {
    if (faulty) return;
    try {
      act();
    } catch (error) {
      faulty = true;
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

  function finish(outcome: ExchangeResult): void {
    if (outcome.kind === 'refused') {
      const { status, headers, body } = outcome;
      writeWhole('response.json', [describeHead(status, headers), asJson(body), '}\n']);
    } else if (answer === null) {
      const error = outcome.kind === 'broken' ? `,"error":${JSON.stringify(outcome.error.message)}` : '';
      writeWhole('response.json', [head, 'null', error, '}\n']);
    } else {
      const { file, format } = answer;
      if (outcome.kind === 'streamed') file.write(format.close);
      else if (format.extension === 'sse') file.write(`\n\n: ${outcome.kind}\n`);
      file.close();
    }
  }

  guarded(() => {
    const { path, headers, body, sent } = request;
    const asSent: Array<Buffer | string> =
      sent === null ? [] : [`,"sent":{"path":${JSON.stringify(sent.path)},"body":`, asJson(sent.body), '}'];
    const opening = `{"path":${JSON.stringify(path)},"headers":${JSON.stringify(harmless(headers))},"body":`;
    writeWhole('request.json', [opening, asJson(body), ...asSent, '}\n']);
  });

  return {
    head(status, headers, isReadable) {
      head = describeHead(status, headers);
      const lines = Object.entries(harmless(headers)).map(([field, value]) => `: ${field}: ${value}\n`);
      comments = `: HTTP ${status}\n${lines.join('')}\n`;
      readable = isReadable;
    },
    data(chunk) {
      // Bytes that nobody here can read might hold the key.
      if (!readable || (answer === null && isBlank(chunk))) return;
      guarded(() => {
        const { file, format } = answer ?? begin(chunk);
        file.write(format.encode(chunk));
      });
    },
    end: (outcome) => guarded(() => finish(outcome)),
  };
}

/** Told by the first character, as a reader of the answer does. */
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

function harmless(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRET_HEADERS.has(name)));
}

/** The file up to where the body stands. */
function describeHead(status: number | null, headers: IncomingHttpHeaders): string {
  return `{"status":${status},"headers":${JSON.stringify(harmless(headers))},"body":`;
}

/** JSON stays as it was written; anything else becomes a string. */
function asJson(body: Buffer): Buffer | string {
  const text = body.toString();
  return parseJson(text) === undefined ? JSON.stringify(text) : body;
}
