/** Input of the replay on the page. Milliseconds from the start of the trace. */
export interface ReplayData {
  durationMs: number;
  /** In the order of the lanes; `id` is the index of the lane. */
  spans: Array<{ id: string; startMs: number; durationMs: number; attrs: Record<string, string> }>;
}
