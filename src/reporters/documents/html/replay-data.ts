/** What the page's script plays. Milliseconds from the start of the trace. */
export interface ReplayData {
  durationMs: number;
  /** In the order of the lanes, whose places are the ids. */
  spans: Array<{ id: string; startMs: number; durationMs: number; attrs: Record<string, string> }>;
}
