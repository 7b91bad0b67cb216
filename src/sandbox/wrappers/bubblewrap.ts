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
  /** The user's own home: always masked. */
  home: string;
  /** What programs need in every command although a mask covers it. */
  readable?: readonly string[];
  /** Forbid user namespaces inside; bubblewrap before 0.8 cannot. */
  disableUserns: boolean;
}

/** Programs write to /tmp whatever TMPDIR says: it stays writable, and is gone with the command. */
const SCRATCH = '/tmp';
/** NixOS keeps the system's programs under a mask. */
const SYSTEM_PROGRAMS = ['/run/current-system'];

/**
 * Runs commands under bubblewrap: the file system read-only but for the policy's writable directories, namespaces of
 * their own for users, processes, network and IPC, no capabilities. Whoever kills the outer process kills them all.
 *
 * The environment is handed on through the process, never on the command line, which anyone on the machine can read.
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
  const opened = openedDirs(placed, mounts);
  const args = [...(opened[0] === '/' ? [] : ['--ro-bind', '/', '/']), ...opened.flatMap(openArgs)];
  args.push('--dev', '/dev', ...scratch('/dev/shm'), '--proc', '/proc', ...readOnlyKernelControls());
  const sealed = opened.flatMap((dir) => ['--remount-ro', dir]);
  for (const mount of mounts) {
    const { at } = mount;
    if (mount.kind === 'link') args.push('--symlink', mount.target, at);
    else if (mount.kind !== 'mask') args.push(mount.kind === 'read' ? '--ro-bind' : '--bind', mount.from, at);
    else if (!mount.directory) args.push('--ro-bind', '/dev/null', at);
    else if (at === SCRATCH) args.push(...scratch(at));
    else {
      args.push('--tmpfs', at);
      sealed.push('--remount-ro', at);
    }
  }
  // Sealed last: the mount points inside have to be made first.
  return [...args, ...sealed];
}

/** The directories that lack a mount point for what is placed below them; nothing can be made in them, read-only as they are. */
function openedDirs(placed: readonly PlacedDir[], mounts: readonly Mount[]): string[] {
  const masks = mounts.flatMap((mount) => (mount.kind === 'mask' ? [mount.at + sep] : []));
  const lacking = placed.flatMap(({ at }) => {
    let parent = at;
    while (!existsSync(parent)) parent = dirname(parent);
    // A mask is made anew and takes mount points.
    return parent === at || masks.some((mask) => (parent + sep).startsWith(mask)) ? [] : [parent];
  });
  return [...new Set(lacking)].sort();
}

/** Lays the same directory over it, made anew from its own entries. */
function openArgs(dir: string): string[] {
  const entries = readdirSync(dir, { withFileTypes: true });
  return [
    ...['--tmpfs', dir],
    ...entries.flatMap((entry) => {
      const path = join(dir, entry.name);
      return entry.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
    }),
  ];
}

/** As old a bubblewrap as knows no `--disable-userns` knows no size either; half of the memory is the kernel's own limit. */
function sized({ disableUserns }: BubblewrapOptions): string[] {
  return disableUserns ? ['--size', String(SCRATCH_BYTES)] : [];
}

/** Root could set kernel.core_pattern, which the kernel runs outside, although it has no capability. */
function readOnlyKernelControls(): string[] {
  return KERNEL_CONTROL_PATHS.filter((path) => existsSync(path)).flatMap((path) => ['--ro-bind', path, path]);
}

/**
 * `--unshare-user` and `--cap-drop` matter most when root runs this: bubblewrap leaves root its capabilities
 * otherwise, and a remount then undoes every read-only mount.
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
