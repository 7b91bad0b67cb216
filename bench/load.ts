/** How the upstream answers a request; it is part of the request's body. */
export interface AnswerShape {
  chunks: number;
  /**
   * Milliseconds between chunks. Or as fast as possible: one chunk per turn of the event loop, as a server sends single
   * tokens, or all at once, as from a file.
   */
  pace: number | 'one per turn' | 'all at once';
  /** Length of the content of one chunk. */
  contentBytes: number;
}

/** What the client does. */
export interface Load {
  baseUrl: string;
  /** Bearer token. */
  token: string;
  /** Number of concurrent requests. */
  streams: number;
  /** Number of successive requests in each stream. */
  requestsPerStream: number;
  /** Delay between the starts of two streams. */
  staggerMs: number;
  /** How long the client pauses reading after the first chunk of each answer. */
  stallMs: number;
  /** Whether the client asks for usage; otherwise the meter does. */
  asksForUsage: boolean;
  answer: AnswerShape;
}

/** What the client measured. */
export interface LoadResult {
  /** For each request, from sending to the first byte of the body. */
  firstByteMs: number[];
  elapsedMs: number;
}

/** Resources that a process has used since its start. */
export interface Usage {
  cpuMs: number;
  /** Peak of its resident memory. */
  peakMB: number;
}
