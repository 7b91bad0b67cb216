import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { HarnessError } from '../errors.js';

export type Mount =
  | { kind: 'read'; at: string }
  | { kind: 'write'; at: string }
  /** An empty directory, or a file that cannot be opened. */
  | { kind: 'mask'; at: string; directory: boolean }
  /** A symbolic link that a mask has hidden although a path in use runs over it. */
  | { kind: 'link'; at: string; target: string };

export interface VisiblePaths {
  readable: readonly string[];
  writable: readonly string[];
  /** What is not there needs no mask. */
  masked: readonly string[];
}

/**
 * The mounts that make a read-only view of the whole file system fit the wanted view, outermost first. The deepest
 * path decides: what is masked below something readable is hidden, what is readable below a mask is seen. All
 * mount points are free of symbolic links, as merged `/usr` and moved homes have them.
 *
 * @throws HarnessError `harness.sandbox_path` when a readable or writable path does not exist
 */
export function planMounts({ readable, writable, masked }: VisiblePaths): Mount[] {
  const views = new Map<string, Exclude<Mount, { kind: 'link' }>>();
  const links = new Map<string, string>();
  for (const path of masked) {
    const { at, isDirectory } = follow(path);
    if (isDirectory !== null) views.set(at, { kind: 'mask', at, directory: isDirectory });
  }
  for (const [kind, paths] of [['read', readable] as const, ['write', writable] as const]) {
    for (const path of paths) {
      const { at, isDirectory, hops } = follow(path);
      if (isDirectory === null) throw missing(path);
      views.set(at, { kind, at });
      for (const hop of hops) links.set(hop.at, hop.target);
    }
  }

  // The root stays as it is: masked, it would leave nothing to run; writable, it would be no sandbox.
  views.delete(sep);

  const kindAt = (path: string): 'read' | 'write' | 'mask' => {
    const view = views.get(path);
    if (view !== undefined) return view.kind;
    return path === sep ? 'read' : kindAt(dirname(path));
  };
  const mounts: Mount[] = [...views.values()].filter(({ kind, at }) => kind !== kindAt(dirname(at)));
  for (const [at, target] of links) {
    if (kindAt(dirname(at)) === 'mask') mounts.push({ kind: 'link', at, target });
  }
  return mounts.sort((a, b) => depth(a.at) - depth(b.at) || a.at.localeCompare(b.at));
}

interface Followed {
  /** Where the path really leads. */
  at: string;
  /** Null when nothing is there. */
  isDirectory: boolean | null;
  /** The symbolic links on the way. */
  hops: Array<{ at: string; target: string }>;
}

const MAX_HOPS = 40;

/** realpath(3), remembering the links. */
function follow(path: string): Followed {
  const hops: Followed['hops'] = [];
  let at: string = sep;
  let rest = resolve(path).split(sep).filter(Boolean);
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    const next = join(at, name);
    const stat = lstatSync(next, { throwIfNoEntry: false });
    if (stat === undefined || hops.length > MAX_HOPS) return { at: next, isDirectory: null, hops };
    if (!stat.isSymbolicLink()) {
      at = next;
      continue;
    }
    const target = readlinkSync(next);
    hops.push({ at: next, target });
    rest = [...resolve(at, target).split(sep).filter(Boolean), ...rest];
    at = sep;
  }
  return { at, isDirectory: statSync(at).isDirectory(), hops };
}

function depth(path: string): number {
  return path.split(sep).filter(Boolean).length;
}

function missing(path: string): HarnessError {
  return new HarnessError(`the sandbox was asked to show ${path}, which does not exist`, {
    code: 'harness.sandbox_path',
    fix: 'Report this with the command line; --sandbox off runs without one.',
  });
}
