import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { PreflightError } from '../errors.js';
import { type BubblewrapOptions, bubblewrap } from './bubblewrap.js';
import { noSandbox } from './no-sandbox.js';
import { probeSandbox } from './probe-sandbox.js';
import type { Sandbox, SandboxMode } from './sandbox.js';
import { adviseSandbox } from './sandbox-advice.js';

export interface ChooseSandboxOptions
  extends Pick<BubblewrapOptions, 'nodePath' | 'bridgePath' | 'home' | 'readable'> {
  mode: SandboxMode;
  /** The user's PATH, where bwrap is looked for. */
  path: string;
  tempDir: string;
  platform?: NodeJS.Platform;
}

export interface ChosenSandbox {
  sandbox: Sandbox;
  /** One clause: what it is and how that is known. */
  detail: string;
  /** One sentence the user must see; null when there is nothing to warn of. */
  warning: string | null;
}

const EXPOSURE = 'the agent can read your files, reach the network and leave processes behind';

/**
 * The strongest sandbox that a probe saw working here. `auto` makes do without one and says so; `off` does not look.
 *
 * @throws PreflightError `preflight.no_sandbox` when one is required and none works
 */
export async function chooseSandbox(options: ChooseSandboxOptions): Promise<ChosenSandbox> {
  if (options.mode === 'off') {
    return { sandbox: noSandbox, detail: 'none, as asked', warning: `The sandbox is off: ${EXPOSURE}.` };
  }
  const platform = options.platform ?? process.platform;
  const bwrapPath = platform === 'linux' ? findProgram('bwrap', options.path) : null;
  const tried =
    bwrapPath === null ? { problem: missing(platform) } : await tryBubblewrap({ ...options, bwrapPath });
  if ('sandbox' in tried) {
    const detail = `bubblewrap (${bwrapPath}), probed: own processes, no network, writes only where allowed`;
    return { sandbox: tried.sandbox, detail, warning: null };
  }
  const { problem } = tried;
  const fix = adviseSandbox({ platform, bwrapPath, sysctl });
  if (options.mode === 'required') {
    throw new PreflightError(`a sandbox is required, but ${problem}`, { code: 'preflight.no_sandbox', fix });
  }
  return {
    sandbox: noSandbox,
    detail: `none: ${problem}`,
    warning: `No sandbox, as ${problem}: ${EXPOSURE}. ${fix}`,
  };
}

async function tryBubblewrap(
  options: ChooseSandboxOptions & { bwrapPath: string },
): Promise<{ sandbox: Sandbox } | { problem: string }> {
  const attempt = async (disableUserns: boolean) => {
    const sandbox = bubblewrap({ ...options, disableUserns });
    return { sandbox, problem: await probeSandbox({ ...options, sandbox }) };
  };
  let tried = await attempt(true);
  // bubblewrap before 0.8, as in Ubuntu 22.04, does not know the option. The masks hold without it: mounts that a
  // nested user namespace inherits are locked (user_namespaces(7)).
  if (tried.problem?.includes('--disable-userns')) tried = await attempt(false);
  const { sandbox, problem } = tried;
  return problem === null ? { sandbox } : { problem: `bubblewrap does not work here (${problem})` };
}

function missing(platform: NodeJS.Platform): string {
  return platform === 'linux' ? 'bubblewrap (bwrap) is not on PATH' : `there is none for ${platform}`;
}

/** The first executable file of that name on `path`; relative entries, which depend on the directory, are passed over. */
export function findProgram(name: string, path: string): string | null {
  for (const dir of path.split(delimiter).filter(isAbsolute)) {
    const file = join(dir, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {}
  }
  return null;
}

function sysctl(name: string): string | null {
  try {
    return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
  } catch {
    return null;
  }
}
