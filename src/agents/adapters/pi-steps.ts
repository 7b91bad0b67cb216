import * as z from 'zod/mini';
import type { AgentStep, StepParser } from '../step.js';
import { anyObject, contentText, parseLine, text, toolStep } from '../step.js';

const eventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message_end'),
    message: z.object({
      role: z.literal('assistant'),
      content: z.array(z.object({ type: z.string(), text, thinking: text })),
      stopReason: text,
      errorMessage: text,
    }),
  }),
  z.object({
    type: z.literal('tool_execution_start'),
    toolCallId: z.string(),
    args: anyObject,
  }),
  z.object({
    type: z.literal('tool_execution_end'),
    toolCallId: z.string(),
    toolName: z.string(),
    result: z.catch(z.object({ content: z.optional(z.unknown()) }), { content: null }),
    isError: z.catch(z.boolean(), false),
  }),
]);

/** Reads `pi --mode json`: the arguments of a tool come with its start event, the result with its end event. */
export function piSteps(workspace: string): StepParser {
  const running = new Map<string, Record<string, unknown>>();

  return (line) => {
    const event = eventSchema.safeParse(parseLine(line));
    if (!event.success) return [];
    switch (event.data.type) {
      case 'message_end': {
        const { content, stopReason, errorMessage } = event.data.message;
        const steps = content.flatMap((part): AgentStep[] => {
          if (part.type === 'text' && part.text) return [{ kind: 'message', text: part.text }];
          if (part.type === 'thinking' && part.thinking) return [{ kind: 'reasoning', text: part.thinking }];
          return [];
        });
        return stopReason === 'error' ? [...steps, { kind: 'error', text: errorMessage ?? 'error' }] : steps;
      }
      case 'tool_execution_start':
        running.set(event.data.toolCallId, event.data.args);
        return [];
      case 'tool_execution_end': {
        const { toolCallId, toolName, result, isError } = event.data;
        const input = running.get(toolCallId) ?? {};
        running.delete(toolCallId);
        return [
          toolStep(workspace, { name: toolName, input, ok: !isError, output: contentText(result.content) }),
        ];
      }
    }
  };
}
