import * as z from 'zod/mini';
import type { AgentStep, StepParser } from '../step.js';
import { anyObject, contentText, parseLine, text, toolStep } from '../step.js';

const partSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('thinking'), thinking: z.string() }),
  z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: anyObject }),
  z.object({
    type: z.literal('tool_result'),
    tool_use_id: z.string(),
    is_error: z.catch(z.boolean(), false),
    content: z.optional(z.unknown()),
  }),
]);

const eventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal(['assistant', 'user']),
    message: z.object({ content: z.array(z.unknown()) }),
  }),
  z.object({
    type: z.literal('result'),
    is_error: z.literal(true),
    result: text,
    error: z.catch(z.optional(z.object({ message: text })), undefined),
  }),
]);

/** Reads `qwen -o stream-json`: a tool call is in an assistant message, its result in the next user message. */
export function qwenCodeSteps(workspace: string): StepParser {
  const running = new Map<string, { name: string; input: Record<string, unknown> }>();

  const stepsOf = (part: z.infer<typeof partSchema>): AgentStep[] => {
    switch (part.type) {
      case 'text':
        return part.text.trim() === '' ? [] : [{ kind: 'message', text: part.text }];
      case 'thinking':
        return [{ kind: 'reasoning', text: part.thinking }];
      case 'tool_use':
        running.set(part.id, part);
        return [];
      case 'tool_result': {
        const call = running.get(part.tool_use_id);
        if (call === undefined) return [];
        running.delete(part.tool_use_id);
        return [toolStep(workspace, { ...call, ok: !part.is_error, output: contentText(part.content) })];
      }
    }
  };

  return (line) => {
    const event = eventSchema.safeParse(parseLine(line));
    if (!event.success) return [];
    if (event.data.type === 'result') {
      return [{ kind: 'error', text: event.data.error?.message ?? event.data.result ?? 'error' }];
    }
    return event.data.message.content.flatMap((value) => {
      const part = partSchema.safeParse(value);
      return part.success ? stepsOf(part.data) : [];
    });
  };
}
