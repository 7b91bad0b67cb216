import type { RunRecord } from '../../../model/record.js';
import type { CellResult } from '../compare/cell-result.js';
import { changesSection } from './changes.js';
import { embedSection, exploreSection, yourselfSection } from './commands.js';
import { identitySection, timingSection } from './identity.js';
import { neighbourSections } from './neighbours.js';
import { breakdownSection, scoresSection } from './scores.js';
import type { Section } from './section.js';
import { testsSection } from './tests.js';
import { callsSection, playbackSection, replaySection, spansSection } from './trace.js';

/** The data of a cell page: a saved run and the results to compare it with. */
export interface PageSource {
  record: RunRecord;
  /** Unified diff of the agent's changes; null when there is none. */
  patch: string | null;
  /** Results of other runs. */
  others: readonly CellResult[];
}

/** All sections of the cell page in the published order, with our own between them. */
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
