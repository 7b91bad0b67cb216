import { grade as gradeWorkspace } from '../grading/grade.js';
import type { Tampering } from '../model/record.js';
import type { Phase } from './phase.js';
import { makeGradingDir } from './run-dirs.js';

/** The tests decide, on fresh copies of the task; every process of the agent is dead. */
export const grade: Phase<'ready' | 'prepared' | 'drive'> = {
  name: 'tests',
  needs: ['ready', 'prepared', 'drive'],
  limitMs: ({ spec }) => spec.task.manifest.verifierTimeoutS * 1000,
  async work({ spec, dirs, marker, signals, elsewhere }, { ready, prepared, drive }) {
    const grading = async () => {
      await makeGradingDir(dirs);
      return gradeWorkspace({
        task: spec.task,
        workspace: dirs.workdir,
        before: prepared.before,
        tempDir: dirs.grading,
        git: ready.git,
        sandbox: ready.sandbox,
        pathDirs: ready.pathDirs,
        readable: ready.readable,
        masked: ready.masked,
        caches: ready.caches,
        marker,
        limits: spec.limits,
        signal: signals.quit,
      });
    };
    const { diff, texts, tests, cases, patch, leftOut, ...graded } = await elsewhere(grading());
    const tampering = drive.canarySeen ? [...graded.tampering, ANSWER_READ] : graded.tampering;
    return {
      changes: diff,
      texts,
      tests,
      changed: patch !== '',
      events: [
        { type: 'diff', tampering, litter: diff.litter, left_out: leftOut, patch },
        { type: 'tests', passed: tests.passed, cases },
      ],
    };
  },
};

const ANSWER_READ: Tampering = {
  path: 'solution/',
  kind: 'answer_read',
  what: "A string that stands only in the task's solution was seen in a model request.",
};
