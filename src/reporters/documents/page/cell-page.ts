import type { RunRecord } from '../../../model/record.js';
import type { CellResult } from '../compare/cell-result.js';
import { breakdownSection } from './breakdown.js';
import { changesSection } from './changes.js';
import { embedSection, exploreSection, yourselfSection } from './commands.js';
import { identitySection, timingSection } from './identity.js';
import { neighbourSections } from './neighbours.js';
import { scoresSection } from './scores.js';
import type { Section } from './section.js';
import { testsSection } from './tests.js';
import { callsSection, playbackSection, replaySection, spansSection } from './trace.js';

/** What a page is made of: a saved run and what may stand beside it. */
export interface PageSource {
  record: RunRecord;
  /** Unified diff of the agent's changes; null when there is none. */
  patch: string | null;
  /** Results to look at beside this one, this one left out. */
  others: readonly CellResult[];
}

/** All sections of the cell page, in the published order, our own among them. */
export function cellPage({ record, patch, others }: PageSource): Section[] {
  return [
    scoresSection(record),
    identitySection(record),
    timingSection(record),
    breakdownSection(record),
    testsSection(record),
    changesSection(record, patch),
    replaySection(record),
    playbackSection(record),
    yourselfSection(record),
    exploreSection(record),
    spansSection(record),
    callsSection(record),
    ...neighbourSections(record, others),
    embedSection(record),
  ];
}
