import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { findOnPath } from '../host/find-on-path.js';
import type { Host } from '../host/host.js';
import { PreflightError } from '../model/errors.js';
import { probeSandbox } from './probe-sandbox.js';
import { type Sandbox, type SandboxMode, WRAPPERS, type Wrapper } from './sandbox.js';
import { adviseSandbox } from './sandbox-advice.js';
import { type BubblewrapOptions, bubblewrap } from './wrappers/bubblewrap.js';
import { landlock } from './wrappers/landlock.js';
import { noSandbox } from './wrappers/no-sandbox.js';
import { seatbelt } from './wrappers/seatbelt.js';
import { type UnsharePrograms, unshareSandbox } from './wrappers/unshare.js';

export interface ChooseSandboxOptions extends Pick<BubblewrapOptions, 'readable'> {
  mode: SandboxMode;
  host: Pick<Host, 'os' | 'env' | 'node' | 'bridge' | 'home' | 'tempDir'>;
  claim?: (dir: string) => Promise<void>;
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
 * The strongest sandbox that a probe saw working here. `auto` makes do without one and says so; `off` does not look;
 * a wrapper's name takes that one alone.
 *
 * @throws PreflightError `preflight.no_sandbox` when one is required and none works
 */
export async function chooseSandbox(options: ChooseSandboxOptions): Promise<ChosenSandbox> {
  const { mode, host } = options;
  if (mode === 'off') {
    return { sandbox: noSandbox, detail: 'none, as asked', warning: `The sandbox is off: ${EXPOSURE}.` };
  }
  const platform = host.os;
  const wanted = mode === 'auto' || mode === 'required' ? WRAPPERS : [mode];
  const problems: string[] = [];
  for (const kind of wanted) {
    const { of, find } = CANDIDATES[kind];
    if (of !== platform) continue;
    const tried = await find(options);
    if ('problem' in tried) {
      problems.push(tried.problem);
      continue;
    }
    const { sandbox, path, does } = tried;
    return { sandbox, detail: `${kind} (${path}), probed: ${does}`, warning: weaker(kind, problems[0]) };
  }
  const problem = problems[0] ?? `there is none for ${platform}`;
  const whole = mode === 'auto' || mode === 'required' || mode === 'bubblewrap' || mode === 'unshare';
  const fix = whole
    ? adviseSandbox({ platform, bwrapPath: findOnPath('bwrap', options.host.env.PATH), sysctl })
    : '--sandbox auto takes the best one that works here.';
  if (mode !== 'auto') {
    const asked = mode === 'required' ? 'a sandbox is required' : `--sandbox ${mode} was asked for`;
    throw new PreflightError(`${asked}, but ${problem}`, { code: 'preflight.no_sandbox', fix });
  }
  return {
    sandbox: noSandbox,
    detail: `none: ${problems.length === 0 ? problem : problems.join('; ')}`,
    warning: `No sandbox, as ${problem}: ${EXPOSURE}. ${fix}`,
  };
}

type Found = { sandbox: Sandbox; path: string; does: string } | { problem: string };

interface Candidate {
  of: NodeJS.Platform;
  find(options: ChooseSandboxOptions): Promise<Found>;
}

const NAMESPACES = 'own processes, no network, writes only where allowed';

const CANDIDATES: Record<Wrapper, Candidate> = {
  bubblewrap: { of: 'linux', find: findBubblewrap },
  unshare: { of: 'linux', find: findUnshare },
  landlock: { of: 'linux', find: findLandlock },
  seatbelt: { of: 'darwin', find: findSeatbelt },
};

async function findBubblewrap(options: ChooseSandboxOptions): Promise<Found> {
  const bwrapPath = findOnPath('bwrap', options.host.env.PATH);
  if (bwrapPath === null) return { problem: 'bubblewrap (bwrap) is not on PATH' };
  const attempt = (disableUserns: boolean) =>
    probed(options, 'bubblewrap', bwrapPath, bubblewrap({ ...ofWrapper(options), bwrapPath, disableUserns }));
  const found = await attempt(true);
  // bubblewrap before 0.8, as in Ubuntu 22.04, does not know the option. The masks hold without it: mounts that a
  // nested user namespace inherits are locked (user_namespaces(7)).
  return 'problem' in found && found.problem.includes('--disable-userns') ? attempt(false) : found;
}

async function findUnshare(options: ChooseSandboxOptions): Promise<Found> {
  const unshare = findOnPath('unshare', options.host.env.PATH);
  if (unshare === null) return { problem: 'unshare is not on PATH' };
  const programs: Partial<UnsharePrograms> = { unshare };
  for (const name of ['setpriv', 'mount', 'umount', 'pivot_root', 'ip'] as const) {
    const path = findOnPath(name, [options.host.env.PATH, ...SBIN].join(delimiter));
    if (path === null) return { problem: `unshare needs ${name}, which is not on PATH` };
    programs[name] = path;
  }
  const sandbox = unshareSandbox({ ...ofWrapper(options), programs: programs as UnsharePrograms });
  return probed(options, 'unshare', unshare, sandbox);
}

async function findLandlock(options: ChooseSandboxOptions): Promise<Found> {
  const pythonPath = findOnPath('python3', options.host.env.PATH);
  if (pythonPath === null) return { problem: 'Landlock needs python3, which is not on PATH' };
  return probed(options, 'landlock', pythonPath, landlock({ ...ofWrapper(options), pythonPath }));
}

async function findSeatbelt(options: ChooseSandboxOptions): Promise<Found> {
  const sandboxExec = '/usr/bin/sandbox-exec';
  if (findOnPath('sandbox-exec', '/usr/bin') === null) return { problem: `there is no ${sandboxExec}` };
  return probed(options, 'seatbelt', sandboxExec, seatbelt({ ...ofWrapper(options), sandboxExec }));
}

/** What every wrapper is told of this machine. */
function ofWrapper({ host, readable }: ChooseSandboxOptions) {
  const { node, bridge, home } = host;
  return { nodePath: node.path, bridgePath: bridge, home, ...(readable && { readable }) };
}

async function probed(
  options: ChooseSandboxOptions,
  kind: Wrapper,
  path: string,
  sandbox: Sandbox,
): Promise<Found> {
  const problem = await probeSandbox({
    ...ofWrapper(options),
    tempDir: options.host.tempDir,
    claim: options.claim,
    sandbox,
  });
  if (problem !== null) return { problem: `${kind} does not work here (${problem})` };
  const does = sandbox.endsTogether
    ? NAMESPACES
    : "reads and writes only where allowed, TCP only to the meter, other processes' memory closed";
  return { sandbox, path, does };
}

/** What the user should know of a sandbox that is not whole; null for one that is. */
function weaker(kind: Wrapper, instead: string | undefined): string | null {
  if (kind !== 'landlock') return null;
  const why = instead === undefined ? '' : `, as ${instead}`;
  return `The sandbox is Landlock${why}: files are protected, but the agent sees that other processes run, can send UDP, and may leave processes behind.`;
}

const SBIN = ['/usr/sbin', '/sbin'];

function sysctl(name: string): string | null {
  try {
    return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
  } catch {
    return null;
  }
}
