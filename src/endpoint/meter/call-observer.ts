import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../host/clock.js';
import type { CallCause, ModelCall } from '../../model/model-call.js';
import { oneLine, readErrorBody } from '../probe/api-error.js';
import { type AnswerReader, answerReader, type Wire } from './answer-reader.js';
import { type BlockBuffer, blockBuffer } from './block-buffer.js';
import { answerFlaw, classifyAnswer, classifyFault, classifyInBand } from './classify-call.js';
import type { ExchangeResult } from './exchange.js';
import { describeFault, faultCode } from './fault.js';
import { retryAfterS } from './headers.js';
import { redactKey } from './key-redactor.js';
import type { ParsedAnswer } from './parsed-answer.js';
import type { RequestFacts } from './request-body.js';

interface ObserverOptions {
  index: number;
  probe: boolean;
  clock: Clock;
  wire: Wire;
  path: string;
  request: RequestFacts;
  /** `name:port` of the endpoint, for messages. */
  host: string;
  key: string | null;
  onFirstToken(afterMs: number): void;
}

/** Observes one call and returns its record at the end. */
export class CallObserver {
  readonly #options: ObserverOptions;
  readonly #reader: AnswerReader;
  /** After the first token, whose time is measured, chunks are read in larger blocks: this is much cheaper. */
  readonly #blocks: BlockBuffer;
  readonly #startedAtMs: number;
  #status: number | null = null;
  #headers: IncomingHttpHeaders = {};
  #unreadable: string | null = null;
  #firstTokenMs: number | null = null;
  #lastDataMs = 0;

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.#reader = answerReader(options.wire);
    this.#blocks = blockBuffer(this.#reader.push);
    this.#startedAtMs = options.clock.now();
  }

  /** What was read so far; complete after `end`. */
  get answer(): ParsedAnswer {
    return this.#reader.answer;
  }

  /** True for one document, false for a stream of events; null before the first character. */
  get isDocument(): boolean | null {
    return this.#reader.isDocument;
  }

  /** Headers of the answer; empty before they arrive. */
  get headers(): IncomingHttpHeaders {
    return this.#headers;
  }

  head(status: number, headers: IncomingHttpHeaders, readable: boolean): void {
    this.#status = status;
    this.#headers = headers;
    if (!readable)
      this.#unreadable = `The answer was compressed as ${headers['content-encoding']}, which cannot be read.`;
  }

  data(chunk: Buffer): void {
    const readable = this.#unreadable === null;
    if (this.#firstTokenMs !== null) {
      this.#lastDataMs = this.#elapsedMs();
      if (readable) this.#blocks.push(chunk);
      return;
    }
    if (readable) this.#reader.push(chunk);
    if (readable && !this.#reader.isDocument && !this.answer.hasOutput) return;
    this.#firstTokenMs = this.#elapsedMs();
    this.#lastDataMs = this.#firstTokenMs;
    this.#options.onFirstToken(this.#firstTokenMs);
  }

  /** Returns the record of the call. `agentStopping`: this program, not the agent, closed the connection. */
  end(result: ExchangeResult, agentStopping = false): ModelCall {
    const latencyMs = this.#elapsedMs();
    const { clock, request, key, ...identity } = this.#options;
    this.#blocks.end();
    const answer = this.#reader.end();
    if (result.kind === 'refused') {
      this.#status = result.status;
      this.#headers = result.headers;
    }
    const failure = this.#failure(result, answer, agentStopping);
    const { usage } = answer;
    return {
      index: identity.index,
      probe: identity.probe,
      startedAtMs: this.#startedAtMs,
      timestamp: clock.iso(this.#startedAtMs),
      path: identity.path,
      stream: request.stream,
      requestedModel: request.model,
      servedModel: answer.servedModel,
      requestHash: request.hash(),
      offeredTools: request.tools,
      promptTokens: usage?.promptTokens ?? null,
      completionTokens: usage?.completionTokens ?? null,
      cachedTokens: usage?.cachedTokens ?? null,
      reasoningTokens: usage?.reasoningTokens ?? null,
      usageMissing: this.#usageMissing(answer, failure),
      latencyMs,
      timeToFirstTokenMs: this.#firstTokenMs,
      silentMs: latencyMs - this.#lastDataMs,
      finish: answer.finish,
      toolCalls: answer.toolCalls.map((call) => call.name),
      flaw:
        this.#unreadable === null && (failure === null || failure.cause === 'empty_reply')
          ? answerFlaw(answer)
          : null,
      text: answer.text,
      status: this.#status,
      retryAfterS: retryAfterS(this.#headers, Date.now()),
      cause: failure?.cause ?? null,
      error: failure === null ? null : redactKey(failure.error, key),
    };
  }

  #elapsedMs(): number {
    return this.#options.clock.now() - this.#startedAtMs;
  }

  #failure(
    result: ExchangeResult,
    answer: ParsedAnswer,
    agentStopping: boolean,
  ): { cause: CallCause; error: string } | null {
    const { host } = this.#options;
    if (result.kind === 'refused') {
      const error = readErrorBody(result.body.toString());
      const message = error.message === '' ? 'no explanation' : error.message;
      const where = result.status < 400 ? ` (redirect to ${origin(result.headers.location)})` : '';
      return {
        cause: classifyAnswer(result.status, error),
        error: `HTTP ${result.status}${where}: ${message}`,
      };
    }
    if (answer.error !== null) return { cause: classifyInBand(answer.error), error: answer.error.message };
    if (result.kind === 'broken') {
      return { cause: classifyFault(faultCode(result.error)), error: describeFault(result.error, host) };
    }
    const isFinished = answer.complete || answer.finish !== null;
    if (result.kind === 'aborted') {
      // Many clients close the connection after the last event that they need. Such a call is complete.
      if (isFinished) return null;
      return agentStopping
        ? { cause: 'cut_off', error: 'This program stopped the agent before the answer ended.' }
        : { cause: 'client_abort', error: 'The agent hung up before the answer ended.' };
    }
    if (this.#unreadable !== null) return null;
    if (answer.malformed !== null) return { cause: 'malformed_stream', error: answer.malformed };
    if (!answer.hasOutput)
      return { cause: 'empty_reply', error: 'The answer holds no text, no reasoning and no tool call.' };
    if (!isFinished)
      return { cause: 'malformed_stream', error: 'The stream ended in the middle of the answer.' };
    return null;
  }

  #usageMissing(answer: ParsedAnswer, failure: { error: string } | null): string | null {
    const { usage } = answer;
    if (usage !== null && usage.promptTokens !== null && usage.completionTokens !== null) return null;
    if (this.#unreadable !== null) return this.#unreadable;
    if (failure !== null)
      return oneLine(`The call gave no usable answer: ${redactKey(failure.error, this.#options.key)}`);
    if (answer.malformed !== null) return answer.malformed;
    if (usage !== null) return 'The server reported only a part of the usage.';
    return 'The server reported no usage.';
  }
}

function origin(location: string | undefined): string {
  return location !== undefined && URL.canParse(location) ? new URL(location).origin : 'another path';
}
