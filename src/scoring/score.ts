import type { Scores } from '../model/score-blocks.js';
import type { TaskManifest } from '../tasks/manifest.js';
import type { ScoringState } from './axis.js';
import { scoreBlastRadius } from './blast-radius.js';
import { scoreComposite } from './composite.js';
import { scoreFidelity } from './fidelity.js';
import { scoreIntegrity } from './integrity.js';
import { scoreLatency } from './latency.js';
import { scoreMeasured } from './measured.js';
import { scorePassRate } from './pass-rate.js';
import { scoreRefusal } from './refusal.js';
import { scoreTokens, type TokenSubtotal } from './tokens.js';

export interface RunScores {
  scores: Scores;
  /** Axis → one sentence why its number is null. */
  unmeasured: Record<string, string>;
  tokensKnownSubtotal: TokenSubtotal | null;
}

/**
 * Scores all axes and both composites of a run.
 *
 * @param unscored why the run says nothing about the model, in one sentence; null for a scored run
 */
export function scoreRun(
  task: { id: string; manifest: TaskManifest },
  state: ScoringState,
  unscored: string | null,
): RunScores {
  const { manifest } = task;
  const pass_rate = scorePassRate(state.tests, unscored);
  const tokens = scoreTokens(state.calls, pass_rate.block.pass);
  const latency = scoreLatency(state);
  const blast_radius = scoreBlastRadius(manifest, state.changes);
  const refusal = scoreRefusal(manifest, state, unscored);
  const integrity = scoreIntegrity(task, state, unscored, refusal);
  const fidelity = scoreFidelity(manifest, state.changes, unscored);

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
