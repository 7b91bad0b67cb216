import { UsageError } from '../model/errors.js';

/** What the machine must have before the agent can be installed or run. */
export type RunsOn =
  /** Nothing: the agent is a binary. */
  | { kind: 'native' }
  /** The Node that runs this program, of at least this version. */
  | { kind: 'node'; atLeast: string }
  /** A Python of the machine, `>= atLeast` and `< below`; both such as `3.12`. */
  | { kind: 'python'; atLeast: string; below: string };

export interface NpmPin {
  kind: 'npm';
  package: string;
  version: string;
  /** Paths below `node_modules`. They are started in order until one works: native binaries differ by machine. */
  bins: readonly string[];
  runsOn: Extract<RunsOn, { kind: 'native' | 'node' }>;
}

export interface PipPin {
  kind: 'pip';
  package: string;
  version: string;
  /** The package's console script. */
  script: string;
  /** Dependencies that are published only as source. They are built during the installation; all others are wheels. */
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

/** Not in a supported registry: taken from PATH, in any version. */
export interface PathPin {
  kind: 'path';
  /** The version whose documentation the adapter follows. */
  version: string;
  command: string;
  howToInstall: string;
  runsOn: { kind: 'native' };
}

/** One way to install one version of an agent. */
export type Pin = NpmPin | PipPin | GoPin | PathPin;

/** Package and version in the syntax of the registry's client. */
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
 * The adapter with one pin, for the version that the user wants. It is installed like the newest pin that is not newer.
 *
 * @throws UsageError `usage.agent_version` for an inexact version, or when the agent is in no supported registry
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
  // The path of the executable may differ between versions.
  const bins = pins.flatMap((known) => (known.kind === 'npm' ? known.bins : []));
  const chosen =
    pin.kind === 'npm'
      ? { ...pin, version, bins: [...new Set([...pin.bins, ...bins])] }
      : { ...pin, version };
  return { ...adapter, pins: [chosen] };
}

/** How a user can install it: a command or a sentence. */
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

/** Whether `version` is `least` or newer. */
export function isAtLeast(version: string, least: string): boolean {
  return compareVersions(version, least) >= 0;
}

/**
 * Compares dotted numbers part by part: negative, 0 or positive. A missing part is 0; text after a number is ignored.
 */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string) => version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
