import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { resolveToolchain, TOOLCHAINS } from '../../src/host/toolchains.js';
import { testHost } from '../unit/host/test-host.js';

/** The result of one agent on one task. */
export interface Trial {
  /** Null when Harbor gave none; `exception` says why. */
  reward: number | null;
  exception: string | null;
}

/** Runs `harbor run` on task directories with its agents `oracle` and `nop`, two trials at a time. */
export async function harborJob(
  taskDirs: readonly string[],
  { python, dir }: { python: string; dir: string },
): Promise<(taskDir: string, agent: string) => Trial> {
  const config = join(dir, 'job.json');
  const home = join(dir, 'home');
  await mkdir(home, { recursive: true });
  await writeFile(
    config,
    JSON.stringify({
      job_name: 'job',
      jobs_dir: dir,
      n_concurrent_trials: 2,
      // Each trial compiles with empty caches, unlike on a user's machine.
      timeout_multiplier: 5,
      quiet: true,
      environment: { import_path: 'host_environment:HostEnvironment' },
      agents: [{ name: 'oracle' }, { name: 'nop' }],
      tasks: taskDirs.map((path) => ({ path })),
    }),
  );
  await harbor(['run', '--config', config, '--yes'], { python, home });
  return readTrials(join(dir, 'job'));
}

/** Runs `harbor ARGS` with this machine's toolchains and its own home directory. Returns its stdout. */
export async function harbor(
  args: readonly string[],
  { python, home }: { python: string; home: string },
): Promise<string> {
  const { stdout } = await promisify(execFile)(join(dirname(python), 'harbor'), [...args], {
    cwd: home,
    env: {
      PATH: [...(await toolDirs()), process.env.PATH].join(delimiter),
      HOME: home,
      PYTHONPATH: import.meta.dirname,
      PYTHONDONTWRITEBYTECODE: '1',
      // Without network requests.
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
      HARBOR_TELEMETRY: 'off',
    },
    maxBuffer: 1 << 26,
  });
  return stdout;
}

/** Directories with the real binaries of the toolchains, not the shims that need the user's home. */
async function toolDirs(): Promise<string[]> {
  const host = testHost();
  const order = ['typescript', ...TOOLCHAINS.map(({ id }) => id)];
  const toolchains = await Promise.all(order.map((id) => resolveToolchain(id, host)));
  return [...new Set(toolchains.flatMap((tool) => (tool.ok ? tool.binDirs : [])))];
}

/** The trials of a finished job, by task directory and agent. */
export async function readTrials(jobDir: string): Promise<(taskDir: string, agent: string) => Trial> {
  const trials = new Map<string, Trial>();
  for (const entry of await readdir(jobDir, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const result = JSON.parse(await readFile(join(jobDir, entry.name, 'result.json'), 'utf8'));
    const { exception_type, exception_message } = result.exception_info ?? {};
    trials.set(`${result.config.task.path} ${result.config.agent.name}`, {
      reward: result.verifier_result?.rewards?.reward ?? null,
      exception: exception_type ? `${exception_type}: ${exception_message}` : null,
    });
  }
  return (taskDir, agent) =>
    trials.get(`${taskDir} ${agent}`) ?? { reward: null, exception: 'Harbor ran no such trial' };
}
