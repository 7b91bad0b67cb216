import { UsageError } from '../model/errors.js';

/** A program that has to be on the machine before the agent can be installed or run. */
export type RunsOn =
  /** Nothing: a binary of its own. */
  | { kind: 'native' }
  /** The node that runs us, when it is at least this. */
  | { kind: 'node'; atLeast: string }
  /** Any Python of the machine from `atLeast` up to, and without, `below`; both as `3.12`. */
  | { kind: 'python'; atLeast: string; below: string };

export interface NpmPin {
  kind: 'npm';
  package: string;
  version: string;
  /** Paths below the install's `node_modules`, tried in order by starting them: native ones differ by machine. */
  bins: readonly string[];
  runsOn: Extract<RunsOn, { kind: 'native' | 'node' }>;
}

export interface PipPin {
  kind: 'pip';
  package: string;
  version: string;
  /** The package's console script. */
  script: string;
  /** Dependencies that are published as source only: built while installing, all others come as wheels. */
  sourceOnly: readonly string[];
  runsOn: Extract<RunsOn, { kind: 'python' }>;
}

export interface GoPin {
  kind: 'go';
  /** Path of the main package. */
  module: string;
  version: string;
  bin: string;
  runsOn: { kind: 'native' };
}

/** Not in any registry this program installs from: taken from PATH, at whatever version is there. */
export interface PathPin {
  kind: 'path';
  /** The version whose documentation the adapter follows. */
  version: string;
  command: string;
  howToInstall: string;
  runsOn: { kind: 'native' };
}

/** One way to get one version of an agent. */
export type Pin = NpmPin | PipPin | GoPin | PathPin;

/** As its registry's own client names it. */
export function specOf(pin: Pin): string {
  switch (pin.kind) {
    case 'npm':
      return `${pin.package}@${pin.version}`;
    case 'pip':
      return `${pin.package}==${pin.version}`;
    case 'go':
      return `${pin.module}@v${pin.version}`;
    case 'path':
      return `${pin.command} ${pin.version}`;
  }
}

/**
 * The adapter with one version of the user's instead of its pins: had in the way of the newest pin that is not newer.
 * Errors: UsageError `usage.agent_version` when its way has no versions to choose from.
 */
export function pinnedTo<A extends { id: string; pins: readonly [Pin, ...Pin[]] }>(
  adapter: A,
  version: string,
): A {
  const fault = (message: string, fix: string) =>
    new UsageError(message, { code: 'usage.agent_version', fix });
  if (!/^\d+(\.\d+)+([-+.]?\w+)*$/.test(version))
    throw fault(
      `--agent-version ${version} is not one exact version.`,
      `For example --agent-version ${adapter.pins[0].version}.`,
    );
  const pins = adapter.pins.filter((pin) => pin.kind !== 'path');
  const pin = pins.find((known) => compareVersions(known.version, version) <= 0) ?? pins.at(-1);
  if (pin === undefined)
    throw fault(
      `${adapter.id} is in no registry that this program installs from, so there is no version to choose.`,
      'Point --agent-bin at the one you want.',
    );
  // Where its start lies may have changed with any version.
  const bins = pins.flatMap((known) => (known.kind === 'npm' ? known.bins : []));
  const asked =
    pin.kind === 'npm'
      ? { ...pin, version, bins: [...new Set([...pin.bins, ...bins])] }
      : { ...pin, version };
  return { ...adapter, pins: [asked] };
}

/** How somebody installs it for themselves, as a command or a sentence. */
export function installHint(pin: Pin): string {
  switch (pin.kind) {
    case 'npm':
      return `npm install --global ${specOf(pin)}`;
    case 'pip':
      return `pipx install ${specOf(pin)}`;
    case 'go':
      return `go install ${specOf(pin)}`;
    case 'path':
      return pin.howToInstall;
  }
}

export function isAtLeast(version: string, least: string): boolean {
  return compareVersions(version, least) >= 0;
}

/** Compares dotted numbers part by part, a missing part as 0; whatever follows a number is ignored. */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string) => version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
