import type { RunEvent } from '../../../../src/model/events.js';
import type { RunRecord, Span } from '../../../../src/model/record.js';
import { passed, passing } from '../sample-run.js';

const span = (
  id: number,
  parent: number | null,
  kind: Span['kind'],
  name: string,
  start_ms: number,
  duration_ms: number,
): Span => ({
  span_id: id.toString(16).padStart(32, '0'),
  parent_id: parent === null ? null : parent.toString(16).padStart(32, '0'),
  kind,
  name,
  start_ms,
  duration_ms,
  attrs: { n: id, image: null },
  error: null,
});

const steps = passing.flatMap((event) => (event.type === 'step' ? [event.step] : []));
const model_calls = passing.flatMap((event) => (event.type === 'model_call' ? [event.call] : []));

/** The sample run with everything that a page can show. */
export const pageRun: RunRecord = {
  ...passed,
  spans: [
    span(1, null, 'task_setup', 'prepare:mutations/rust-error-negated', 8_700, 100),
    span(2, null, 'adapter_run', 'opencode:mutations/rust-error-negated', 8_800, 12_900),
    span(3, 2, 'container', 'opencode-run:mutations/rust-error-negated', 8_900, 12_700),
    span(4, 3, 'model_call', 'model_call:2', 9_000, 3_000),
    span(5, 3, 'model_call', 'model_call:3', 12_020, 2_980),
    span(6, null, 'cleanup', 'cleanup:opencode', 21_700, 80),
  ],
  steps,
  model_calls,
};

export const pagePatch = `diff --git a/src/lib.rs b/src/lib.rs
--- a/src/lib.rs
+++ b/src/lib.rs
@@ -10,3 +10,3 @@ fn retry() {
     let attempt = run();
-    if attempt.is_err() {
+    if attempt.is_ok() {
         return attempt;
`;

export async function* pageEvents(events: readonly RunEvent[] = passing): AsyncGenerator<RunEvent> {
  yield* events;
}
