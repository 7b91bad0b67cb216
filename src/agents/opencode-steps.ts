import { isAbsolute, relative } from 'node:path';
import * as z from 'zod/mini';
import type { AgentStep, StepParser } from './step.js';

const MAX_OUTPUT = 4_000;

const textOf = z.catch(z.optional(z.string()), undefined);
const numberOf = z.catch(z.optional(z.number()), undefined);

const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), part: z.object({ text: z.string() }) }),
  z.object({ type: z.literal('reasoning'), part: z.object({ text: z.string() }) }),
  z.object({
    type: z.literal('tool_use'),
    part: z.object({
      tool: z.string(),
      state: z.object({
        status: z.string(),
        input: z.catch(z.record(z.string(), z.unknown()), {}),
        output: textOf,
        error: textOf,
        metadata: z.catch(z.object({ exit: numberOf, diff: textOf }), {}),
        time: z.catch(z.optional(z.object({ start: z.number(), end: z.number() })), undefined),
      }),
    }),
  }),
  z.object({
    type: z.literal('error'),
    error: z.object({ name: textOf, data: z.catch(z.optional(z.object({ message: textOf })), undefined) }),
  }),
]);
type ToolUse = Extract<z.infer<typeof eventSchema>, { type: 'tool_use' }>['part'];

const ACTIONS: Record<string, Extract<AgentStep, { kind: 'tool' }>['action']> = {
  read: 'read',
  edit: 'edit',
  write: 'write',
  bash: 'shell',
  grep: 'search',
  glob: 'search',
  list: 'search',
};

/** Reads `opencode run --format json`: one event a line; tools appear once, when they have finished. */
export function opencodeSteps(workspace: string): StepParser {
  const shown = (value: unknown) => {
    const text = typeof value === 'string' ? value : '';
    return isAbsolute(text) && text.startsWith(workspace) ? relative(workspace, text) || '.' : text;
  };

  const toolStep = ({ tool, state }: ToolUse): AgentStep => {
    const { input } = state;
    return {
      kind: 'tool',
      action: ACTIONS[tool] ?? 'other',
      name: tool,
      target: shown(input.filePath ?? input.command ?? input.pattern ?? input.path ?? input.description),
      ok: state.status === 'completed' && (state.metadata.exit ?? 0) === 0,
      exitCode: state.metadata.exit ?? null,
      diff: changedLines(input, state.metadata.diff),
      output: (state.output ?? state.error)?.slice(0, MAX_OUTPUT) ?? null,
      durationMs: state.time ? state.time.end - state.time.start : null,
    };
  };

  return (line) => {
    const event = eventSchema.safeParse(parseJson(line));
    if (!event.success) return [];
    switch (event.data.type) {
      case 'text':
        return [{ kind: 'message', text: event.data.part.text }];
      case 'reasoning':
        return [{ kind: 'reasoning', text: event.data.part.text }];
      case 'tool_use':
        return [toolStep(event.data.part)];
      case 'error':
        return [{ kind: 'error', text: event.data.error.data?.message ?? event.data.error.name ?? 'error' }];
    }
  };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** The `+`/`-` lines of an edit: from the tool's own diff, or from its arguments when it gave none. */
function changedLines(input: Record<string, unknown>, diff: string | undefined): string | null {
  if (diff) {
    const lines = diff
      .split('\n')
      .filter((line) => /^[+-](?![+-]{2} )/.test(line) && !/^(---|\+\+\+)/.test(line));
    return lines.join('\n').slice(0, MAX_OUTPUT);
  }
  const mark = (sign: string, text: unknown) =>
    typeof text === 'string' && text !== '' ? text.replace(/^/gm, sign) : null;
  const changed = [mark('-', input.oldString), mark('+', input.newString)].filter((part) => part !== null);
  return changed.length > 0 ? changed.join('\n').slice(0, MAX_OUTPUT) : null;
}
