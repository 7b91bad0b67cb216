/** How the upstream answers one request; it reads this in the request's body. */
export interface AnswerShape {
  chunks: number;
  /** Between chunks; 0 sends as fast as the connection takes them. */
  everyMs: number;
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
