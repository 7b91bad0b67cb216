import * as z from 'zod/mini';
import type { StepParser } from '../step.js';
import { anyObject, number, parseLine, text, toolStep } from '../step.js';

const contentSchema = z.discriminatedUnion('contentType', [
  z.object({ type: z.literal('content_end'), contentType: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('content_end'), contentType: z.literal('reasoning'), reasoning: z.string() }),
  z.object({
    type: z.literal(['content_start', 'content_end']),
    contentType: z.literal('tool'),
    toolName: z.string(),
    toolCallId: z.string(),
    input: z.optional(anyObject),
    output: z.optional(z.unknown()),
    error: text,
    durationMs: number,
  }),
]);

const lineSchema = z.object({
  type: z.literal('agent_event'),
  event: z.union([
    contentSchema,
    z.object({ type: z.literal('error'), error: z.catch(z.object({ message: text }), {}), message: text }),
  ]),
});

/** Reads `cline --json`: the arguments of a tool come with its start event, the result with its end event. */
export function clineSteps(workspace: string): StepParser {
  const running = new Map<string, Record<string, unknown>>();

  return (line) => {
    const parsed = lineSchema.safeParse(parseLine(line));
    if (!parsed.success) return [];
    const { event } = parsed.data;
    if (event.type === 'error') {
      return [{ kind: 'error', text: event.error.message ?? event.message ?? 'error' }];
    }
    if (event.contentType === 'text') return [{ kind: 'message', text: event.text }];
    if (event.contentType === 'reasoning') return [{ kind: 'reasoning', text: event.reasoning }];
    if (event.type === 'content_start') {
      running.set(event.toolCallId, event.input ?? {});
      return [];
    }
    const input = running.get(event.toolCallId) ?? {};
    running.delete(event.toolCallId);
    const results = outputSchema.safeParse(event.output).data ?? [];
    return [
      toolStep(workspace, {
        name: event.toolName,
        input: withFirstItem(input),
        ok: event.error === undefined && results.every(({ success }) => success !== false),
        output: event.error ?? (results.map(({ result }) => result ?? '').join('\n') || null),
        durationMs: event.durationMs ?? null,
      }),
    ];
  };
}

const resultSchema = z.object({
  result: text,
  success: z.catch(z.optional(z.boolean()), undefined),
});
const outputSchema = z.union([
  z.array(resultSchema),
  z.pipe(
    resultSchema,
    z.transform((result) => [result]),
  ),
]);

/** Some tools take a list of files or commands: the step shows the first one. */
function withFirstItem(input: Record<string, unknown>): Record<string, unknown> {
  const lists = [input.commands, input.files, input.queries].filter((value) => Array.isArray(value));
  const first: unknown = lists[0]?.[0];
  if (typeof first === 'string') return { ...input, command: first };
  return typeof first === 'object' && first !== null ? { ...input, ...first } : input;
}
