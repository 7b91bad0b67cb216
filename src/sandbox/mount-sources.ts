import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { isInside, type OwnedPath, realPathOf, resolveOwned } from '../host/owned-path.js';
import { HarnessError } from '../model/errors.js';
import {
  type LinkSource,
  type MaskSource,
  type Mount,
  type MountSource,
  planMounts,
  refuseSecrets,
} from './mount-plan.js';
import type { Masked, SandboxPolicy } from './sandbox.js';

/** The part of a policy that decides which files are visible. */
export type WantedView = Pick<SandboxPolicy, 'readable' | 'writable' | 'named' | 'bound' | 'placed'> & {
  /** Paths that do not exist are ignored. */
  masked: readonly Masked[];
};

/**
 * Plans the mounts of a policy. Resolves every path now, right before the command starts: a path checked earlier may
 * have been replaced by a link.
 *
 * @throws HarnessError `harness.sandbox_path` when a path that this program named does not exist
 * @throws UsageError when a path of another owner leads out of its directory, or a mount would show a secret
 */
export function planView(wanted: WantedView): Mount[] {
  const links: LinkSource[] = [];
  const mounts: MountSource[] = [];
  for (const [access, paths] of [['read', wanted.readable] as const, ['write', wanted.writable] as const]) {
    for (const path of paths) {
      const { at, isDirectory, hops } = follow(path);
      if (isDirectory === null) throw missing(path);
      mounts.push({ owner: access === 'write' ? 'program' : 'user', from: at, at, access, within: null });
      links.push(...hops);
    }
  }
  const masks = masksOf(wanted.masked);
  for (const named of (wanted.named ?? []).filter(needsMount(masks))) {
    const at = resolveOwned(named);
    mounts.push({ ...named, from: at, at, access: 'read' });
    links.push(...follow(named.path).hops);
  }
  for (const { at, ...owned } of wanted.bound ?? [])
    mounts.push({ ...owned, from: resolveOwned(owned), at, access: 'read' });
  for (const { from, at, writable } of wanted.placed ?? []) {
    const real = resolveOwned({ owner: 'program', path: from, within: null });
    mounts.push({ owner: 'program', from: real, at, access: writable ? 'write' : 'read', within: null });
  }
  return planMounts({ mounts, masks, links });
}

/**
 * The checks of `planView` that apply without a sandbox too: a task, plugin, adapter or repository may not give the
 * agent a hidden path outside of its own directory.
 *
 * @throws UsageError as `planView` does
 */
export function refuseForeignPaths({ named = [], masked }: Pick<WantedView, 'named' | 'masked'>): void {
  const masks = named.length === 0 ? [] : masksOf(masked);
  for (const each of named.filter(needsMount(masks)))
    refuseSecrets({ ...each, from: resolveOwned(each), access: 'read' }, masks);
}

/** Whether a named path needs a mount. An unmasked path is visible anyway, and any owner may name it. */
const needsMount =
  (masks: readonly MaskSource[]) =>
  ({ path, within }: OwnedPath): boolean => {
    const real = realPathOf(path);
    return (
      real === null || within === null || isInside(real, within) || masks.some(({ at }) => isInside(real, at))
    );
  };

function masksOf(masked: readonly Masked[]): MaskSource[] {
  const masks = new Map<string, MaskSource>();
  for (const each of masked) {
    const secret = typeof each !== 'string';
    const { at, isDirectory } = follow(secret ? each.secret : each);
    if (isDirectory === null) continue;
    masks.set(at, { at, directory: isDirectory, secret: secret || masks.get(at)?.secret === true });
  }
  return [...masks.values()];
}

interface Followed {
  /** The real path. */
  at: string;
  /** Null when nothing exists there. */
  isDirectory: boolean | null;
  /** The symbolic links on the way. */
  hops: LinkSource[];
}

const MAX_HOPS = 40;

/** Like realpath(3), but also returns the links on the way. */
function follow(path: string): Followed {
  const hops: LinkSource[] = [];
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

function missing(path: string): HarnessError {
  return new HarnessError(`the sandbox was asked to show ${path}, which does not exist`, {
    code: 'harness.sandbox_path',
    fix: 'Report this and the command line that you used. --sandbox off runs without a sandbox.',
  });
}
