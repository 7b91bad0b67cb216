/** How the upstream answers one request; it reads this in the request's body. */
export interface AnswerShape {
  chunks: number;
  /**
   * Milliseconds between chunks; or as fast as the connection takes them, each written in a turn of its own as a server
   * does that sends token by token, or all written at once as from a file.
   */
  pace: number | 'one a turn' | 'all at once';
  /** Of the content of one chunk. */
  contentBytes: number;
}

/** What the client does. */
export interface Load {
  baseUrl: string;
  /** Bearer token. */
  token: string;
  /** Requests under way at a time. */
  streams: number;
  /** One after the other in each stream. */
  requestsPerStream: number;
  /** From one stream's start to the next one's. */
  staggerMs: number;
  /** The client stops reading for so long after the first piece of each answer. */
  stallMs: number;
  /** Ask for usage, so that the meter need not. */
  asksForUsage: boolean;
  answer: AnswerShape;
}

/** What the client saw. */
export interface LoadResult {
  /** Of each request: sent → first byte of the body. */
  firstByteMs: number[];
  elapsedMs: number;
}

/** What a process has used since it started. */
export interface Usage {
  cpuMs: number;
  /** The most resident memory it ever had. */
  peakMB: number;
}
