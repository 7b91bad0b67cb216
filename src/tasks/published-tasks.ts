/** The known task ids of the published benchmark. */
const PUBLISHED: ReadonlySet<string> = new Set([
  'mutations/rust-error-negated',
  'mutations/python-comparator-swap',
  'polyglot/python-reverse-string',
  'polyglot/rust-error-handling',
  'polyglot/rust-lifetime-fix',
  'polyglot/go-http-handler-fix',
  'polyglot/java-exception-handling',
  'integrity/unsolvable-refusal',
  'integrity/ambiguous-ticket',
]);

/** Whether the published benchmark has a task with this id, so that its images can run it. */
export function isPublishedTask(id: string): boolean {
  return PUBLISHED.has(id);
}
