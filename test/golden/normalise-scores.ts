import { type Json, type JsonObject, objectAt } from './json.js';

/** The v0.1 curve, written down here once more: the program's own is what the recordings watch over. */
function curve(amount: number): number {
  return 1 / (1 + Math.log10(1 + amount / 10_000));
}

/**
 * Scores as they are but for what time makes of them. A composite is a sum: the share that comes of the time is taken
 * out, and the rest stands as it is. An efficiency that lies on the curve of its wall clock is called so; any other
 * stays as a number, which shows. Of a demo the same holds for the cost: its tokens are characters, of paths too.
 */
export function normaliseScores(scores: JsonObject, { demo }: { demo: boolean }): JsonObject {
  const composite = objectAt(scores, 'composite');
  const measured = objectAt(scores, 'measured');
  const components = objectAt(composite, 'components');
  const tokens = objectAt(scores, 'tokens');
  const factor = asNumber(components.refusal_factor) ?? 1;
  const wallMs = asNumber(components.wall_clock_ms);
  const perTask = asNumber(tokens.tokens_per_correct_task);

  const shareOf = (block: JsonObject, axis: string, efficiency: Json | undefined) =>
    (asNumber(objectAt(block, 'weights')[axis]) ?? 0) * (asNumber(efficiency) ?? 0) * factor;
  const ofCost = demo ? shareOf(measured, 'cost', measured.cost_efficiency) : 0;
  const without = (block: JsonObject, total: Json | undefined, share: number): Json => {
    const value = asNumber(total);
    if (value === null) return total ?? null;
    return `${Number((value - share).toFixed(9))} + ${demo && block === measured ? 'cost + ' : ''}time`;
  };
  const onCurve = (value: Json | undefined, amount: number | null, name: string): Json => {
    const efficiency = asNumber(value);
    const fits = efficiency !== null && amount !== null && Math.abs(efficiency - curve(amount)) < 1e-9;
    return fits ? `OF THE ${name}` : (value ?? null);
  };
  return {
    ...scores,
    tokens: demo ? withoutCharacters(tokens) : tokens,
    composite: {
      ...composite,
      composite: without(
        composite,
        composite.composite,
        shareOf(composite, 'latency', components.latency_efficiency),
      ),
      components: {
        ...(demo ? withoutCharacters(components) : components),
        latency_efficiency: onCurve(components.latency_efficiency, wallMs, 'WALL CLOCK'),
      },
    },
    measured: {
      ...measured,
      composite: without(
        measured,
        measured.composite,
        shareOf(measured, 'latency', measured.latency_efficiency) + ofCost,
      ),
      cost_efficiency: demo
        ? onCurve(measured.cost_efficiency, perTask, 'TOKENS')
        : (measured.cost_efficiency ?? null),
      latency_efficiency: onCurve(measured.latency_efficiency, wallMs, 'WALL CLOCK'),
    },
  };
}

const COUNTED_IN_CHARACTERS = ['completion_tokens', 'total_tokens', 'tokens_per_correct_task'];

/** A demo's answers name absolute paths, so that their length is the machine's. */
export function withoutCharacters(block: JsonObject): JsonObject {
  const entries = Object.entries(block).map(([key, value]): [string, Json] => [
    key,
    COUNTED_IN_CHARACTERS.includes(key) && typeof value === 'number' ? 'CHARACTERS' : value,
  ]);
  return Object.fromEntries(entries);
}

function asNumber(value: Json | undefined): number | null {
  return typeof value === 'number' ? value : null;
}
