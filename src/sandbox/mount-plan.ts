import { dirname, join, relative, sep } from 'node:path';
import { isInside, type Owner } from '../host/owned-path.js';
import { UsageError } from '../model/errors.js';

/** A file or directory to show inside the sandbox. All paths are real paths, without links. */
export interface MountSource {
  owner: Owner;
  from: string;
  /** Its path inside. Usually the same as `from`. */
  at: string;
  access: 'read' | 'write';
  /** The owner's own directory; null for the program and the user. */
  within: string | null;
}

/** A file or directory that looks empty inside. */
export interface MaskSource {
  at: string;
  directory: boolean;
  /** No mount may equal or contain a secret. Below other masks, a mount may show what is needed. */
  secret: boolean;
}

/** A symbolic link on the way to a mounted path. */
export interface LinkSource {
  at: string;
  target: string;
}

export interface MountSources {
  mounts: readonly MountSource[];
  masks: readonly MaskSource[];
  links: readonly LinkSource[];
}

export type Mount =
  | { kind: 'read' | 'write'; at: string; from: string }
  /** An empty directory, or a file that cannot be opened. */
  | { kind: 'mask'; at: string; directory: boolean }
  /** A symbolic link to create again, because a mask hides it and a mounted path needs it. */
  | { kind: 'link'; at: string; target: string };

type View = Exclude<Mount, { kind: 'link' }>;

/**
 * Plans the mounts on top of a read-only view of the whole file system, outermost first. A pure function of its
 * arguments. The deepest path decides: a mask below a mount hides, a mount below a mask shows. If a masked path is
 * mounted at another path, it is masked there too.
 *
 * @throws UsageError `usage.shows_secret` when a mount would show something secret
 */
export function planMounts({ mounts, masks, links }: MountSources): Mount[] {
  for (const source of mounts) refuseSecrets(source, masks);
  const views = new Map<string, View>();
  for (const { at, directory } of masks) views.set(at, { kind: 'mask', at, directory });
  for (const access of ['read', 'write'] as const) {
    for (const { from, at } of mounts.filter((source) => source.access === access))
      views.set(at, { kind: access, at, from });
  }
  // The root stays read-only: a masked root has no programs, a writable root is no sandbox.
  views.delete(sep);

  const above = (path: string): View | undefined => {
    const parent = dirname(path);
    return parent === path ? undefined : (views.get(parent) ?? above(parent));
  };
  const isElsewhere = (view: View | undefined) =>
    view !== undefined && view.kind !== 'mask' && view.from !== view.at;
  // Below a mount from another path, the host's path of the same name is not visible: it needs no mask.
  for (const { at } of masks) if (isElsewhere(above(at))) views.delete(at);
  for (const { from, at } of mounts.filter((source) => source.from !== source.at)) {
    for (const mask of masks.filter((each) => each.at !== from && isInside(each.at, from))) {
      const maskedAt = join(at, relative(from, mask.at));
      if (!views.has(maskedAt))
        views.set(maskedAt, { kind: 'mask', at: maskedAt, directory: mask.directory });
    }
  }

  const plan: Mount[] = [...views.values()].filter((view) => {
    const outer = above(view.at);
    return isElsewhere(view) || isElsewhere(outer) || view.kind !== (outer?.kind ?? 'read');
  });
  // Several paths may need the same link. Created twice, the second one would land in the directory that the first leads to.
  for (const [at, target] of new Map(links.map((link) => [link.at, link.target])))
    if (above(at)?.kind === 'mask') plan.push({ kind: 'link', at, target });
  return plan.sort((a, b) => depth(a.at) - depth(b.at) || a.at.localeCompare(b.at));
}

/**
 * Refuses a mount that equals or contains a secret, or that its owner may not show.
 *
 * @throws UsageError `usage.shows_secret`
 */
export function refuseSecrets(
  { owner, from, access, within }: Omit<MountSource, 'at'>,
  masks: readonly MaskSource[],
): void {
  const trusted = owner === 'program' || owner === 'user';
  const violated = masks.find((mask) => {
    if (mask.at === from) return mask.secret || !trusted;
    if (isInside(mask.at, from)) return mask.secret && (!trusted || access === 'write');
    // A task, plugin, adapter or repository may not show a masked part of its own directory.
    return !trusted && isInside(from, mask.at) && !isInside(within ?? sep, mask.at);
  });
  if (violated === undefined) return;
  const reason =
    from === violated.at
      ? 'which is hidden'
      : isInside(from, violated.at)
        ? `which is hidden: ${violated.at}`
        : `which contains ${violated.at}`;
  throw new UsageError(`The ${owner} would show the agent ${from}, ${reason}.`, {
    code: 'usage.shows_secret',
    fix: `Move secrets out of the directories that the ${owner} needs.`,
  });
}

function depth(path: string): number {
  return path.split(sep).filter(Boolean).length;
}
