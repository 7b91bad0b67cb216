import * as z from 'zod/mini';
import type { AgentStep, StepParser } from '../step.js';
import { anyObject, number, parseLine, text, toolStep } from '../step.js';

const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), part: z.object({ text: z.string() }) }),
  z.object({ type: z.literal('reasoning'), part: z.object({ text: z.string() }) }),
  z.object({
    type: z.literal('tool_use'),
    part: z.object({
      tool: z.string(),
      state: z.object({
        status: z.string(),
        input: anyObject,
        output: text,
        error: text,
        metadata: z.catch(z.object({ exit: number, diff: text }), {}),
        time: z.catch(z.optional(z.object({ start: z.number(), end: z.number() })), undefined),
      }),
    }),
  }),
  z.object({
    type: z.literal('error'),
    error: z.object({ name: text, data: z.catch(z.optional(z.object({ message: text })), undefined) }),
  }),
]);
type ToolUse = Extract<z.infer<typeof eventSchema>, { type: 'tool_use' }>['part'];

/** Reads `opencode run --format json`: one event per line; a tool has one event, at its end. */
export function opencodeSteps(workspace: string): StepParser {
  const toolUse = ({ tool, state }: ToolUse): AgentStep =>
    toolStep(workspace, {
      name: tool,
      input: state.input,
      ok: state.status === 'completed' && (state.metadata.exit ?? 0) === 0,
      exitCode: state.metadata.exit ?? null,
      diff: state.metadata.diff ?? null,
      output: state.output ?? state.error ?? null,
      durationMs: state.time ? state.time.end - state.time.start : null,
    });

  return (line) => {
    const event = eventSchema.safeParse(parseLine(line));
    if (!event.success) return [];
    switch (event.data.type) {
      case 'text':
        return [{ kind: 'message', text: event.data.part.text }];
      case 'reasoning':
        return [{ kind: 'reasoning', text: event.data.part.text }];
      case 'tool_use':
        return [toolUse(event.data.part)];
      case 'error':
        return [{ kind: 'error', text: event.data.error.data?.message ?? event.data.error.name ?? 'error' }];
    }
  };
}
