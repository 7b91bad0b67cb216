import { grade as gradeWorkspace } from '../grading/grade.js';
import type { Tampering } from '../model/record.js';
import { gradedEvents } from '../scoring/graded-events.js';
import type { Phase } from './phase.js';
import { makeGradingDir } from './run-dirs.js';

/** Runs the tests on fresh copies of the task. Every process of the agent is dead by now. */
export const grade: Phase<'ready' | 'prepared'> = {
  name: 'tests',
  needs: ['ready', 'prepared'],
  limitMs: ({ spec }) => spec.task.manifest.verifierTimeoutS * 1000,
  async work({ spec, dirs, marker, signals, external, state }, { ready, prepared }) {
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
    const graded = await external(grading());
    const { tampering, diff, leftOut, patch } = graded;
    const { changes, tests } = gradedEvents(spec.task.manifest, graded);
    return {
      events: [
        {
          type: 'diff',
          tampering: state.answerRead ? [...tampering, ANSWER_READ] : tampering,
          litter: diff.litter,
          left_out: leftOut,
          patch,
        },
        changes,
        tests,
      ],
    };
  },
};

const ANSWER_READ: Tampering = {
  path: 'solution/',
  kind: 'answer_read',
  what: "A string that occurs only in the task's solution was in a model request.",
};
