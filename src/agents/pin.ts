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
