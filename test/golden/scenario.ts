import type { AgentBehaviour } from './loop-agent.js';
import type { Answer, Script } from './scripted-endpoint.js';

/** One recording, as data. */
export interface Scenario {
  /** Also the name of its files. */
  name: string;
  /** Put after `check` and what every check here is given; `DIR` stands for the user's directory. */
  argv?: readonly string[];
  /** What the endpoint answers; null: the run is a demo and has none. */
  script: Script | null;
  agent?: AgentBehaviour;
  /** The task at DIR/task, `--task` of the run unless `argv` names tasks of its own. */
  task?: { verifier?: string; solution?: string };
  /** Makes what else the run needs in the user's directory. */
  prepare?: (dir: string) => void;
  /** More environment; `DIR` as above. */
  env?: Record<string, string>;
  /** Sent when the endpoint has so many requests that offer tools. */
  signal?: { send: 'SIGINT'; afterMainCalls: number };
  /** Runs overlap: lines of the progress are sorted, for what comes first is chance. */
  overlaps?: boolean;
}

export const WRITE: Answer = { call: 'write', args: { filePath: 'src/a.txt', content: 'mended\n' } };
export const WRITE_WRONG: Answer = { call: 'write', args: { filePath: 'src/a.txt', content: 'changed\n' } };
export const DONE: Answer = { say: 'Done.' };
