import type { Scores } from '../model/score-blocks.js';
import { scoreBlastRadius } from './blast-radius.js';
import { scoreComposite } from './composite.js';
import type { CellFacts } from './facts.js';
import { scoreFidelity } from './fidelity.js';
import { scoreIntegrity } from './integrity.js';
import { scoreLatency } from './latency.js';
import { scoreMeasured } from './measured.js';
import { scorePassRate } from './pass-rate.js';
import { scoreRefusal } from './refusal.js';
import { scoreTokens, type TokenSubtotal } from './tokens.js';

export interface CellScores {
  scores: Scores;
  /** Axis → one sentence why its number is null. */
  unmeasured: Record<string, string>;
  tokensKnownSubtotal: TokenSubtotal | null;
}

/** All axes of a cell and both composites, from facts alone. */
export function scoreCell(facts: CellFacts): CellScores {
  const pass_rate = scorePassRate(facts);
  const tokens = scoreTokens(facts.calls, pass_rate.block.pass);
  const latency = scoreLatency(facts);
  const blast_radius = scoreBlastRadius(facts.manifest, facts.changes);
  const refusal = scoreRefusal(facts);
  const integrity = scoreIntegrity(facts, refusal);
  const fidelity = scoreFidelity(facts);

  const axes = { pass_rate, tokens, latency, blast_radius, refusal, integrity, fidelity };
  const blocks = {
    pass_rate: pass_rate.block,
    tokens: tokens.block,
    latency: latency.block,
    blast_radius: blast_radius.block,
    refusal: refusal.block,
    integrity: integrity.block,
    fidelity: fidelity.block,
  };
  const unmeasured: Record<string, string> = {};
  for (const [axis, { unmeasured: reason }] of Object.entries(axes)) {
    if (reason !== null) unmeasured[axis] = reason;
  }
  const composite = scoreComposite(blocks);
  if (composite.composite === null && pass_rate.block.pass !== null) {
    unmeasured.composite = 'The formula counts every axis, and one was not measured.';
  }
  return {
    scores: { ...blocks, composite, measured: scoreMeasured(blocks) },
    unmeasured,
    tokensKnownSubtotal: tokens.knownSubtotal,
  };
}
