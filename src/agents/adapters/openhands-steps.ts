import * as z from 'zod/mini';
import type { StepParser } from '../step.js';
import { anyObject, contentText, number, parseLine, text, toolStep } from '../step.js';

const eventSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('MessageEvent'),
    source: z.literal('agent'),
    llm_message: z.object({ content: z.optional(z.unknown()) }),
  }),
  z.object({
    kind: z.literal('ActionEvent'),
    tool_call_id: z.string(),
    tool_name: z.string(),
    action: anyObject,
    thought: z.optional(z.unknown()),
  }),
  z.object({
    kind: z.literal('ObservationEvent'),
    tool_call_id: z.string(),
    tool_name: z.string(),
    observation: z.catch(
      z.object({
        content: z.optional(z.unknown()),
        is_error: z.catch(z.boolean(), false),
        exit_code: number,
      }),
      { content: null, is_error: false, exit_code: undefined },
    ),
  }),
  z.object({ kind: z.literal('AgentErrorEvent'), error: z.string() }),
  z.object({ kind: z.literal('ConversationErrorEvent'), detail: text }),
]);

/** Reads `openhands --headless --json`: an action and its observation are two events. */
export function openhandsSteps(workspace: string): StepParser {
  const running = new Map<string, Record<string, unknown>>();

  return (line) => {
    const event = eventSchema.safeParse(parseLine(line));
    if (!event.success) return [];
    switch (event.data.kind) {
      case 'MessageEvent': {
        const message = contentText(event.data.llm_message.content);
        return message ? [{ kind: 'message', text: message }] : [];
      }
      case 'ActionEvent': {
        running.set(event.data.tool_call_id, event.data.action);
        const thought = contentText(event.data.thought);
        return thought ? [{ kind: 'message', text: thought }] : [];
      }
      case 'ObservationEvent': {
        const { tool_call_id, tool_name, observation } = event.data;
        const input = running.get(tool_call_id) ?? {};
        running.delete(tool_call_id);
        const exitCode = observation.exit_code ?? null;
        return [
          toolStep(workspace, {
            name: tool_name,
            input,
            ok: !observation.is_error && (exitCode ?? 0) === 0,
            exitCode,
            output: contentText(observation.content),
          }),
        ];
      }
      case 'AgentErrorEvent':
        return [{ kind: 'error', text: event.data.error }];
      case 'ConversationErrorEvent':
        return [{ kind: 'error', text: event.data.detail ?? 'the conversation failed' }];
    }
  };
}
