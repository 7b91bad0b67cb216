import * as z from 'zod/mini';
import type { StepParser } from '../step.js';
import { anyObject, parseLine, text, toolStep } from '../step.js';

const eventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('assistant.message'),
    data: z.object({ content: z.string(), reasoningText: text }),
  }),
  z.object({
    type: z.literal('tool.execution_start'),
    data: z.object({ toolCallId: z.string(), toolName: z.string(), arguments: anyObject }),
  }),
  z.object({
    type: z.literal('tool.execution_complete'),
    data: z.object({
      toolCallId: z.string(),
      success: z.catch(z.boolean(), false),
      result: z.catch(z.object({ content: text, detailedContent: text }), {}),
      error: z.catch(z.object({ message: text }), {}),
    }),
  }),
  z.object({ type: z.literal('session.error'), data: z.object({ message: z.string() }) }),
]);

/** Reads `copilot --output-format json`. */
export function copilotSteps(workspace: string): StepParser {
  const running = new Map<string, { name: string; input: Record<string, unknown> }>();

  return (line) => {
    const event = eventSchema.safeParse(parseLine(line));
    if (!event.success) return [];
    switch (event.data.type) {
      case 'assistant.message': {
        const { content, reasoningText } = event.data.data;
        return [
          ...(reasoningText ? [{ kind: 'reasoning' as const, text: reasoningText }] : []),
          ...(content === '' ? [] : [{ kind: 'message' as const, text: content }]),
        ];
      }
      case 'tool.execution_start': {
        const { toolCallId, toolName, arguments: input } = event.data.data;
        running.set(toolCallId, { name: toolName, input });
        return [];
      }
      case 'tool.execution_complete': {
        const { toolCallId, success, result, error } = event.data.data;
        const call = running.get(toolCallId);
        if (call === undefined) return [];
        running.delete(toolCallId);
        const { content = null, detailedContent = null } = result;
        const exit = /<exited with exit code (\d+)>/.exec(content ?? '')?.[1];
        return [
          toolStep(workspace, {
            ...call,
            ok: success && (exit === undefined || exit === '0'),
            exitCode: exit === undefined ? null : Number(exit),
            output: error.message ?? content,
            diff: detailedContent?.includes('diff --git') ? detailedContent : null,
          }),
        ];
      }
      case 'session.error':
        return [{ kind: 'error', text: event.data.data.message }];
    }
  };
}
