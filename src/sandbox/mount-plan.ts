import { dirname, join, relative, sep } from 'node:path';
import { isInside, type Owner } from '../host/owned-path.js';
import { UsageError } from '../model/errors.js';

/** What somebody wants to stand inside. All paths are real: links have been followed. */
export interface MountSource {
  owner: Owner;
  from: string;
  /** Where it stands inside; `from`, unless it is shown at another place. */
  at: string;
  access: 'read' | 'write';
  /** The owner's own directory; null for the program and the user. */
  within: string | null;
}

/** What looks empty inside. */
export interface MaskSource {
  at: string;
  directory: boolean;
  /** Nothing that is mounted may be it or hold it. Other masks are places, in which what is needed is shown. */
  secret: boolean;
}

/** A symbolic link that a path in use runs over. */
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
  /** A symbolic link that a mask has hidden although a path in use runs over it. */
  | { kind: 'link'; at: string; target: string };

type View = Exclude<Mount, { kind: 'link' }>;

/**
 * The mounts that make a read-only view of the whole file system fit the wanted view, outermost first: it looks at
 * nothing but its arguments. The deepest path decides: what is masked below something shown is hidden after it, what is
 * shown below a mask is seen. A mask follows what it hides to wherever that is shown.
 *
 * @throws UsageError `usage.shows_secret` when a mount would show what has to be hidden
 */
export function planMounts({ mounts, masks, links }: MountSources): Mount[] {
  for (const source of mounts) refuseSecrets(source, masks);
  const views = new Map<string, View>();
  for (const { at, directory } of masks) views.set(at, { kind: 'mask', at, directory });
  for (const access of ['read', 'write'] as const) {
    for (const { from, at } of mounts.filter((source) => source.access === access))
      views.set(at, { kind: access, at, from });
  }
  // The root stays as it is: masked, it would leave nothing to run; writable, it would be no sandbox.
  views.delete(sep);

  const above = (path: string): View | undefined => {
    const parent = dirname(path);
    return parent === path ? undefined : (views.get(parent) ?? above(parent));
  };
  const isElsewhere = (view: View | undefined) =>
    view !== undefined && view.kind !== 'mask' && view.from !== view.at;
  // Under a mount from elsewhere the host's own path is not to be seen.
  for (const { at } of masks) if (isElsewhere(above(at))) views.delete(at);
  for (const { from, at } of mounts.filter((source) => source.from !== source.at)) {
    for (const mask of masks.filter((each) => each.at !== from && isInside(each.at, from))) {
      const place = join(at, relative(from, mask.at));
      if (!views.has(place)) views.set(place, { kind: 'mask', at: place, directory: mask.directory });
    }
  }

  const plan: Mount[] = [...views.values()].filter((view) => {
    const outer = above(view.at);
    return isElsewhere(view) || isElsewhere(outer) || view.kind !== (outer?.kind ?? 'read');
  });
  // Several paths may run over one link; made twice, it would be made once more in the directory that it leads to.
  for (const [at, target] of new Map(links.map((link) => [link.at, link.target])))
    if (above(at)?.kind === 'mask') plan.push({ kind: 'link', at, target });
  return plan.sort((a, b) => depth(a.at) - depth(b.at) || a.at.localeCompare(b.at));
}

/** What hides a part of a mount comes after it; what hides all of it would leave nothing, and is refused. */
export function refuseSecrets(
  { owner, from, access, within }: Omit<MountSource, 'at'>,
  masks: readonly MaskSource[],
): void {
  const trusted = owner === 'program' || owner === 'user';
  const shown = masks.find((mask) => {
    if (mask.at === from) return mask.secret || !trusted;
    if (isInside(mask.at, from)) return mask.secret && (!trusted || access === 'write');
    // Of what its own directory holds, others than the user may not name what the user hides.
    return !trusted && isInside(from, mask.at) && !isInside(within ?? sep, mask.at);
  });
  if (shown === undefined) return;
  const held = isInside(from, shown.at) ? `, which is hidden: ${shown.at}` : `, which holds ${shown.at}`;
  throw new UsageError(
    `The ${owner} would show the agent ${from}${from === shown.at ? ', which is hidden' : held}.`,
    {
      code: 'usage.shows_secret',
      fix: `Keep what is secret apart from what the ${owner} needs.`,
    },
  );
}

function depth(path: string): number {
  return path.split(sep).filter(Boolean).length;
}
