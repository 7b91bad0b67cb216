import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { realPathOf } from '../../host/owned-path.js';
import type { TaskManifest } from '../manifest.js';
import { badKey, readTaskText } from '../task-file.js';
import { copyContext } from './copy-context.js';
import { type HarborToml, harborSchema, needsHarbor, refuseUnrunnable } from './harbor-toml.js';
import { type PlainImage, readPlainImage } from './plain-image.js';

/** A Harbor-only task that this program can run. */
export interface HarborTask {
  id: string;
  manifest: TaskManifest;
  instruction: string;
  /** Fills a missing directory with the workspace. */
  fillWorkspace(tree: string): Promise<void>;
}

/** Defines the environment. Its COPY lines select the files of the workspace. */
export const DOCKERFILE = 'environment/Dockerfile';
/** Harbor's default. */
const TIMEOUT_S = 600;

/**
 * Reads the directory of a Harbor-only task. Its environment may have only a known base image, a working directory,
 * files and variables.
 *
 * @param data the parsed `task.toml`
 * @throws UsageError `usage.bad_task` with file and key; `usage.needs_harbor` with the reason for a container engine
 */
export async function readHarborTask(taskDir: string, data: unknown): Promise<HarborTask> {
  const file = join(taskDir, 'task.toml');
  const parsed = harborSchema.safeParse(data);
  if (!parsed.success) throw badKey(file, parsed.error.issues);
  await refuseFiles(taskDir);
  const dockerfile = join(taskDir, DOCKERFILE);
  const image = readPlainImage(await readTaskText(dockerfile), dockerfile, taskDir);
  refuseUnrunnable(parsed.data, { workdir: image.workdir, file, taskDir });
  const testScript = join(taskDir, 'tests/test.sh');
  const call = networkUse(await readTaskText(testScript));
  if (call) {
    throw needsHarbor(
      taskDir,
      `${testScript}:${call.line}: ${call.tool} needs the network, which tests do not have here`,
    );
  }
  const contextDir = join(realPathOf(taskDir) ?? taskDir, 'environment');
  return {
    id: `harbor/${basename(taskDir)}`,
    manifest: manifestOf(parsed.data, image, basename(taskDir)),
    instruction: withoutCanary(await readTaskText(join(taskDir, 'instruction.md'))),
    fillWorkspace: (tree) => copyContext(image.copies, { contextDir, tree, file: dockerfile }),
  };
}

/** Files that need Harbor, with the reason. */
const UNSUPPORTED_FILES = {
  'environment/docker-compose.yaml': 'needs Docker Compose',
  'environment/.dockerignore': 'needs a builder that applies it',
  'trajectory.json': 'starts the agent in the middle of a conversation',
};

async function refuseFiles(taskDir: string): Promise<void> {
  for (const [path, why] of Object.entries(UNSUPPORTED_FILES)) {
    const exists = await access(join(taskDir, path)).then(
      () => true,
      () => false,
    );
    if (exists) throw needsHarbor(taskDir, `${join(taskDir, path)} ${why}`);
  }
}

function manifestOf(
  { task, agent, verifier, environment, solution }: HarborToml,
  { workdir, env, toolchain, language }: PlainImage,
  name: string,
): TaskManifest {
  return {
    family: 'harbor',
    language,
    title: task?.description?.split('\n')[0] || name,
    toolchain,
    agentTimeoutS: agent.timeout_sec ?? TIMEOUT_S,
    verifierTimeoutS: verifier.timeout_sec ?? TIMEOUT_S,
    harbor: {
      workdir,
      env: { ...env, ...environment.env },
      testEnv: verifier.env,
      solutionEnv: solution.env,
    },
    test_format: 'exit-code',
    fail_to_pass: [],
    pass_to_pass: [],
    // Harbor grades the container as the agent left it, including the tests in the workspace.
    editable: ['**'],
    protected: [],
    test_regions: [],
    constraints: [],
    ignore: [],
    dependencies: [],
    controls: [],
    visible_tests_only: true,
    expected_refusal: false,
    ground_truth_files: null,
    max_turns: null,
    canary: null,
  };
}

/** Removes canary lines at the beginning. Harbor does not show them to agents either. */
function withoutCanary(instruction: string): string {
  const lines = instruction.split('\n');
  const first = lines.findIndex((line) => !/^(?:<!--.*canary.*-->|#.*canary.*)$/i.test(line.trim()));
  return lines
    .slice(Math.max(0, first))
    .join('\n')
    .replace(/^\s*\n/, '');
}

/** Commands that need the network. */
const NETWORK_TOOLS = [
  ...['apt', 'apt-get', 'apk', 'yum', 'dnf', 'curl', 'wget', 'uvx', 'npx', 'pip3? install'],
  ...['python3? -m pip install', 'uv (?:add|pip|run|sync|tool)', 'npm (?:ci|i|install)', 'git clone'],
  ...['cargo install', 'go install', 'gem install'],
].join('|');
const CALL = new RegExp(`(?:^|[;&|(]|\\b(?:sudo|then|do|else|exec) )\\s*(${NETWORK_TOOLS})(?:\\s|$)`);

/** Finds the first line of a script that needs the network, which tests do not have here. Null when there is none. */
export function networkUse(script: string): { line: number; tool: string } | null {
  for (const [index, text] of script.split('\n').entries()) {
    const tool = CALL.exec(text)?.[1];
    if (tool !== undefined && !/localhost|127\.0\.0\.1/.test(text)) return { line: index + 1, tool };
  }
  return null;
}
