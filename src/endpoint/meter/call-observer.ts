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
  /** `name:port` of the endpoint, for sentences. */
  host: string;
  key: string | null;
  onFirstToken(afterMs: number): void;
}

/** Watches one call from its start to its end and says what it was. */
export class CallObserver {
  readonly #options: ObserverOptions;
  readonly #reader: AnswerReader;
  /** Only the first token must be seen when it comes; the rest is read in blocks, which costs a fraction. */
  readonly #later: BlockBuffer;
  readonly #startedAtMs: number;
  #status: number | null = null;
  #headers: IncomingHttpHeaders = {};
  #unreadable: string | null = null;
  #firstTokenMs: number | null = null;
  #lastDataMs = 0;

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.#reader = answerReader(options.wire);
    this.#later = blockBuffer(this.#reader.push);
    this.#startedAtMs = options.clock.now();
  }

  /** What was read; all of it once the call has ended. */
  get answer(): ParsedAnswer {
    return this.#reader.answer;
  }

  /** One document came, not a stream of events; null before its first character. */
  get isDocument(): boolean | null {
    return this.#reader.isDocument;
  }

  /** Of the answer; empty before it came. */
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
      if (readable) this.#later.push(chunk);
      return;
    }
    if (readable) this.#reader.push(chunk);
    if (readable && !this.#reader.isDocument && !this.answer.hasOutput) return;
    this.#firstTokenMs = this.#elapsedMs();
    this.#lastDataMs = this.#firstTokenMs;
    this.#options.onFirstToken(this.#firstTokenMs);
  }

  /** The finished call. `cutOff`: this program is stopping the agent, so a call that is hung up now is not the agent's doing. */
  end(outcome: ExchangeResult, cutOff = false): ModelCall {
    const latencyMs = this.#elapsedMs();
    const { clock, request, key, ...identity } = this.#options;
    this.#later.end();
    const answer = this.#reader.end();
    if (outcome.kind === 'refused') {
      this.#status = outcome.status;
      this.#headers = outcome.headers;
    }
    const failure = this.#failure(outcome, answer, cutOff);
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
    outcome: ExchangeResult,
    answer: ParsedAnswer,
    cutOff: boolean,
  ): { cause: CallCause; error: string } | null {
    const { host } = this.#options;
    if (outcome.kind === 'refused') {
      const error = readErrorBody(outcome.body.toString());
      const said = error.message === '' ? 'no explanation' : error.message;
      const where = outcome.status < 400 ? ` (redirect to ${origin(outcome.headers.location)})` : '';
      return {
        cause: classifyAnswer(outcome.status, error),
        error: `HTTP ${outcome.status}${where}: ${said}`,
      };
    }
    if (answer.error !== null) return { cause: classifyInBand(answer.error), error: answer.error.message };
    if (outcome.kind === 'broken') {
      return { cause: classifyFault(faultCode(outcome.error)), error: describeFault(outcome.error, host) };
    }
    const answered = answer.complete || answer.finish !== null;
    if (outcome.kind === 'aborted') {
      // Many clients hang up at the last word they need; the call is no worse for it.
      if (answered) return null;
      return cutOff
        ? { cause: 'cut_off', error: 'This program stopped the agent before the answer ended.' }
        : { cause: 'client_abort', error: 'The agent hung up before the answer ended.' };
    }
    if (this.#unreadable !== null) return null;
    if (answer.malformed !== null) return { cause: 'malformed_stream', error: answer.malformed };
    if (!answer.hasOutput)
      return { cause: 'empty_reply', error: 'The answer holds no text, no reasoning and no tool call.' };
    if (!answered)
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
