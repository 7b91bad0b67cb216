import { chmod } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Agent from 'undici/lib/dispatcher/agent.js';
import { makeDir } from '../../host/make-dir.js';
import { type AnswerWriter, passThroughWriter } from './answer-writer.js';
import { CallObserver } from './call-observer.js';
import { type CallCapture, captureCall } from './capture.js';
import { endAnswer, sendError } from './end-answer.js';
import { type AnswerSink, type Exchange, type ExchangeResult, exchange } from './exchange.js';
import { requestHeaders } from './headers.js';
import type { Meter, MeterOptions } from './meter-contract.js';
import { newBodyMemory, readBody, readRequest } from './request-body.js';
import { requestGuard } from './request-guard.js';
import { matchRoute, type Route } from './routes.js';
import { planUpstreamCall } from './upstream-call.js';

/**
 * Starts a meter on a free port of 127.0.0.1.
 *
 * @throws the errors of `listen`, and of creating the capture directory
 */
export async function startMeter(options: MeterOptions): Promise<Meter> {
  const { clock, token } = options;
  const base = new URL(options.upstream.baseUrl);
  const { key } = options.upstream;
  const dispatcher = new Agent({
    bodyTimeout: 0,
    headersTimeout: 0,
    // Servers close idle connections after 5 s or more. A request on such a connection would look like a broken endpoint.
    keepAliveTimeout: 4_000,
  });
  const guard = requestGuard(token);
  const exchanges = new Set<Exchange>();
  const pendingRequests = new Set<Promise<void>>();
  let lastActivityMs: number | null = null;
  let started = 0;
  let inFlight = 0;
  let refusesUsage = false;
  let agentStopping = false;
  const bodyMemory = newBodyMemory();

  /**
   * Forwards a request, and a 2xx answer to the agent. Any other result is returned, not sent: the caller may send the
   * request again in another form.
   */
  async function relay(
    request: IncomingMessage,
    response: ServerResponse,
    { kind, suffix }: Pick<Route, 'kind' | 'suffix'>,
    body: Buffer | null,
    writer: AnswerWriter,
    observers: ReadonlyArray<CallObserver | CallCapture>,
  ): Promise<ExchangeResult> {
    const sink: AnswerSink = {
      head(status, headers, readable) {
        for (const observer of observers) observer.head(status, headers, readable);
        writer.head(status, headers, readable);
      },
      data(chunk) {
        lastActivityMs = clock.now();
        // The agent gets the bytes first: parsing them takes longer than forwarding.
        const wantsMore = writer.data(chunk);
        for (const observer of observers) observer.data(chunk);
        return wantsMore;
      },
    };
    const upstream: Exchange = exchange(
      {
        dispatcher,
        base,
        suffix,
        method: kind === 'call' ? 'POST' : 'GET',
        headers: requestHeaders(request.headers, key),
        body,
        key,
      },
      sink,
    );
    const hangUp = () => {
      if (!response.writableFinished) upstream.abort();
    };
    exchanges.add(upstream);
    response.on('close', hangUp).on('drain', upstream.resume);
    if (response.destroyed) hangUp();
    const result = await upstream.result;
    response.off('close', hangUp).off('drain', upstream.resume);
    exchanges.delete(upstream);
    lastActivityMs = clock.now();
    if (result.kind === 'streamed') writer.finish();
    return result;
  }

  async function meterCall(
    request: IncomingMessage,
    response: ServerResponse,
    route: Route & { kind: 'call' },
  ) {
    const body = await readBody(request, bodyMemory).catch(() => undefined);
    if (body === undefined) return;
    if (typeof body === 'string') {
      // Close the connection after the answer: the rest of the body may be endless.
      response.setHeader('connection', 'close');
      return body === 'too_large'
        ? sendError(response, 413, 'The request is larger than 64 MB.', 'request_too_large')
        : sendError(response, 503, 'Too many large requests are in progress.', 'meter_busy');
    }
    await relayCall(request, response, route, body).finally(() => {
      bodyMemory.freeBytes += body.length;
    });
  }

  async function relayCall(
    request: IncomingMessage,
    response: ServerResponse,
    route: Route & { kind: 'call' },
    body: Buffer,
  ) {
    const refusal = options.refuse?.() ?? null;
    if (refusal !== null) return sendError(response, 403, refusal, 'refused_by_meter');
    const facts = readRequest(body, route.wire);
    const plan = planUpstreamCall(route, body, facts, options.translate ?? false);
    if (plan.kind === 'refused')
      return sendError(response, 400, plan.why, 'invalid_request_error', 'unsupported_by_endpoint');
    const index = ++started;
    inFlight++;
    const withUsage = refusesUsage ? null : plan.withUsage;
    const sent = withUsage ?? plan.body;
    const observers: Array<CallObserver | CallCapture> = [];
    const send = (bytes: Buffer) => {
      const writer = plan.createWriter(response, key, bytes === withUsage);
      return relay(request, response, { kind: 'call', suffix: plan.suffix }, bytes, writer, observers);
    };
    const relayed = send(sent);
    // Everything that takes time comes after sending: it runs while the endpoint works.
    const observer = new CallObserver({
      index,
      probe: false,
      clock,
      wire: plan.wire,
      path: `/v1${route.suffix}`,
      request: facts,
      host: base.host,
      key,
      onFirstToken: (afterMs) => options.on({ type: 'first_token', index, afterMs }),
    });
    const capture =
      options.capture === undefined
        ? null
        : captureCall(
            {
              dir: options.capture.dir,
              index,
              key,
              onFault: (error) => options.on({ type: 'capture_failed', index, error }),
            },
            {
              path: `/v1${route.suffix}`,
              headers: request.headers,
              body,
              sent: sent === body ? null : { path: `/v1${plan.suffix}`, body: sent },
            },
          );
    observers.push(observer, ...(capture === null ? [] : [capture]));
    options.on({ type: 'started', index });
    for (const needle of options.watchFor ?? []) {
      if (body.includes(needle)) options.on({ type: 'watched', needle, index });
    }
    // Computed here, while the endpoint works.
    facts.hash();
    let result = await relayed;
    if (withUsage !== null && refusesUsageOption(result)) {
      refusesUsage = true;
      result = await send(plan.body);
    }
    capture?.end(result);
    const call = observer.end(result, agentStopping);
    inFlight--;
    options.on({ type: 'ended', call });
    endAnswer(response, result, { key, host: base.host });
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    lastActivityMs = clock.now();
    const denial = guard(request);
    if (denial !== null) return sendError(response, denial.status, denial.message, denial.code);
    const route = matchRoute(request.method ?? '', request.url ?? '');
    if (route.kind === 'refused') {
      if (route.allow !== null) response.setHeader('allow', route.allow);
      const what = route.status === 405 ? `${request.method} is not allowed here` : 'No such path here';
      return sendError(
        response,
        route.status,
        `${what}.`,
        route.status === 405 ? 'method_not_allowed' : 'not_found',
      );
    }
    if (route.kind === 'call') return meterCall(request, response, route);
    const result = await relay(request, response, route, null, passThroughWriter(response, key, null), []);
    endAnswer(response, result, { key, host: base.host });
  }

  const servers: Server[] = [];
  async function listen(where: { port: number; host: string } | { path: string }): Promise<Server> {
    const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      response.on('error', () => {});
      const served = serve(request, response).finally(() => pendingRequests.delete(served));
      pendingRequests.add(served);
    });
    servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(where, resolve);
    });
    return server;
  }

  async function shutDown(): Promise<void> {
    for (const upstream of exchanges) upstream.abort();
    await Promise.all(
      servers.map((server) => {
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        server.closeAllConnections();
        return closed;
      }),
    );
    await Promise.all(pendingRequests);
    await dispatcher.destroy();
  }

  let closed: Promise<void> | null = null;
  function close(): Promise<void> {
    closed ??= shutDown();
    return closed;
  }

  try {
    if (options.capture) await makeDir(options.capture.dir, 0o700);
    const server = await listen({ port: 0, host: '127.0.0.1' });
    if (options.socketPath !== undefined) {
      await listen({ path: options.socketPath });
      await chmod(options.socketPath, 0o600);
    }
    const { port } = server.address() as AddressInfo;
    return {
      port,
      baseUrl: `http://127.0.0.1:${port}/v1`,
      inFlight: () => inFlight,
      lastActivityMs: () => lastActivityMs,
      agentStopping() {
        agentStopping = true;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whether the server refused the option that the meter had added. */
function refusesUsageOption(result: ExchangeResult): boolean {
  if (result.kind !== 'refused' || (result.status !== 400 && result.status !== 422)) return false;
  return /stream_options|include_usage/.test(result.body.toString());
}
