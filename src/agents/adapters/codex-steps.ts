import * as z from 'zod/mini';
import type { AgentStep, StepParser } from '../step.js';
import { number, parseLine, text, toolStep } from '../step.js';

const itemSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('agent_message'), text: z.string() }),
  z.object({ type: z.literal('reasoning'), text: z.string() }),
  z.object({
    type: z.literal('command_execution'),
    command: z.string(),
    aggregated_output: text,
    exit_code: z.catch(z.nullish(z.number()), undefined),
  }),
  z.object({
    type: z.literal('file_change'),
    status: text,
    changes: z.catch(z.array(z.object({ path: z.string() })), []),
  }),
  z.object({
    type: z.literal('mcp_tool_call'),
    tool: z.string(),
    arguments: z.catch(z.record(z.string(), z.unknown()), {}),
    status: text,
    result: z.catch(z.nullish(z.object({ content: z.array(z.object({ text })) })), undefined),
  }),
]);
type Item = z.infer<typeof itemSchema>;

const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('item.completed'), item: itemSchema }),
  z.object({ type: z.literal('turn.failed'), error: z.object({ message: text, code: number }) }),
]);

/** Reads `codex exec --json`. Items of type `error` are ignored: they are warnings about every unknown model. */
export function codexSteps(workspace: string): StepParser {
  const stepsOf = (item: Item): AgentStep[] => {
    switch (item.type) {
      case 'agent_message':
        return [{ kind: 'message', text: item.text }];
      case 'reasoning':
        return [{ kind: 'reasoning', text: item.text }];
      case 'command_execution':
        return [
          toolStep(workspace, {
            name: 'shell',
            input: { command: item.command },
            ok: item.exit_code === 0,
            exitCode: item.exit_code ?? null,
            output: item.aggregated_output ?? null,
          }),
        ];
      case 'file_change':
        return item.changes.map(({ path }) =>
          toolStep(workspace, {
            name: 'apply_patch',
            input: { path },
            ok: item.status !== 'failed',
            output: null,
          }),
        );
      case 'mcp_tool_call':
        return [
          toolStep(workspace, {
            name: item.tool,
            input: item.arguments,
            ok: item.status === 'completed',
            output: item.result?.content.map((part) => part.text ?? '').join('\n') ?? null,
          }),
        ];
    }
  };

  return (line) => {
    const event = eventSchema.safeParse(parseLine(line));
    if (!event.success) return [];
    return event.data.type === 'item.completed'
      ? stepsOf(event.data.item)
      : [{ kind: 'error', text: event.data.error.message ?? 'the turn failed' }];
  };
}
