import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { SCRATCH_BYTES } from '../limits/limits.js';
import { alwaysMasked, KERNEL_CONTROL_PATHS } from '../masked-paths.js';
import type { Mount } from '../mount-plan.js';
import { planView } from '../mount-sources.js';
import type { PlacedDir, Sandbox, SandboxPolicy } from '../sandbox.js';

export interface BubblewrapOptions {
  bwrapPath: string;
  /** Runs the bridge; `bridgePath` is the built `bridge.cjs`. */
  nodePath: string;
  bridgePath: string;
  /** The user's home: always masked. */
  home: string;
  /** Paths that every command needs although a mask covers them. */
  readable?: readonly string[];
  /** Forbid user namespaces inside. Needs bubblewrap 0.8. */
  disableUserns: boolean;
}

/** Programs write to /tmp even if TMPDIR is set. It is an empty writable directory, removed with the command. */
const SCRATCH = '/tmp';
/** NixOS keeps the system's programs under a mask. */
const SYSTEM_PROGRAMS = ['/run/current-system'];

/**
 * Runs commands under bubblewrap: a read-only file system except for the policy's writable directories; separate user,
 * process, network and IPC namespaces; no capabilities. Killing the outer process kills all processes inside.
 *
 * The environment is inherited, never passed on the command line: every user of the machine can read command lines.
 */
export function bubblewrap(options: BubblewrapOptions): Sandbox {
  return {
    kind: 'bubblewrap',
    directEgress: 'blocked',
    endsTogether: true,
    ownNetwork: true,
    wrap: (argv, policy) => ({
      argv: [
        options.bwrapPath,
        ...mountArgs(options, policy),
        ...isolationArgs(options),
        ...['--chdir', policy.cwd, '--'],
        ...bridgeArgs(options, policy),
        ...argv,
      ],
      env: policy.env,
      ...(policy.placed?.length ? { cwd: '/' } : {}),
      layers: policy.meter === null ? 2 : 3,
    }),
  };
}

function mountArgs(options: BubblewrapOptions, policy: SandboxPolicy): string[] {
  const bridge = policy.meter === null ? [] : [options.nodePath, options.bridgePath, policy.meter.socketPath];
  const mounts = planView({
    ...policy,
    masked: [...alwaysMasked('linux'), options.home, ...policy.masked],
    readable: [
      ...SYSTEM_PROGRAMS.filter((path) => existsSync(path)),
      ...(options.readable ?? []),
      ...policy.readable,
      ...bridge,
    ],
  });
  const scratch = (at: string) => [...sized(options), '--tmpfs', at];
  const placed = policy.placed ?? [];
  const rebuilt = dirsToRebuild(placed, mounts);
  const args = [...(rebuilt[0] === '/' ? [] : ['--ro-bind', '/', '/']), ...rebuilt.flatMap(rebuildArgs)];
  args.push('--dev', '/dev', ...scratch('/dev/shm'), '--proc', '/proc', ...readOnlyKernelControls());
  const readOnly = rebuilt.flatMap((dir) => ['--remount-ro', dir]);
  for (const mount of mounts) {
    const { at } = mount;
    if (mount.kind === 'link') args.push('--symlink', mount.target, at);
    else if (mount.kind !== 'mask') args.push(mount.kind === 'read' ? '--ro-bind' : '--bind', mount.from, at);
    else if (!mount.directory) args.push('--ro-bind', '/dev/null', at);
    else if (at === SCRATCH) args.push(...scratch(at));
    else {
      args.push('--tmpfs', at);
      readOnly.push('--remount-ro', at);
    }
  }
  // Last: until then, mount points are created inside.
  return [...args, ...readOnly];
}

/** Existing directories in which a mount point for `placed` is missing. They are read-only, so it cannot be created there. */
function dirsToRebuild(placed: readonly PlacedDir[], mounts: readonly Mount[]): string[] {
  const masks = mounts.flatMap((mount) => (mount.kind === 'mask' ? [mount.at + sep] : []));
  const parents = placed.flatMap(({ at }) => {
    let parent = at;
    while (!existsSync(parent)) parent = dirname(parent);
    // A mask is a new directory: mount points can be created there.
    return parent === at || masks.some((mask) => (parent + sep).startsWith(mask)) ? [] : [parent];
  });
  return [...new Set(parents)].sort();
}

/** Mounts a new directory over `dir`, with the same entries. */
function rebuildArgs(dir: string): string[] {
  const entries = readdirSync(dir, { withFileTypes: true });
  return [
    ...['--tmpfs', dir],
    ...entries.flatMap((entry) => {
      const path = join(dir, entry.name);
      return entry.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
    }),
  ];
}

/** A bubblewrap without `--disable-userns` has no `--size` either. Then the kernel's limit applies: half of the memory. */
function sized({ disableUserns }: BubblewrapOptions): string[] {
  return disableUserns ? ['--size', String(SCRATCH_BYTES)] : [];
}

/** Root needs no capability to set kernel.core_pattern, a command that the kernel runs outside of the sandbox. */
function readOnlyKernelControls(): string[] {
  return KERNEL_CONTROL_PATHS.filter((path) => existsSync(path)).flatMap((path) => ['--ro-bind', path, path]);
}

/**
 * `--unshare-user` and `--cap-drop` are essential for root: otherwise bubblewrap keeps root's capabilities, and a
 * remount makes every read-only mount writable.
 */
function isolationArgs({ disableUserns }: BubblewrapOptions): string[] {
  return [
    ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-net'],
    ...['--cap-drop', 'ALL', '--die-with-parent', '--new-session'],
    ...(disableUserns ? ['--disable-userns'] : []),
  ];
}

function bridgeArgs({ nodePath, bridgePath }: BubblewrapOptions, { meter }: SandboxPolicy): string[] {
  return meter === null ? [] : [nodePath, bridgePath, String(meter.port), meter.socketPath];
}
