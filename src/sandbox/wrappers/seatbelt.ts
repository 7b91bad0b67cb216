import { alwaysMasked } from '../masked-paths.js';
import type { Mount } from '../mount-plan.js';
import { planView } from '../mount-sources.js';
import type { Sandbox, SandboxPolicy } from '../sandbox.js';

export interface SeatbeltOptions {
  sandboxExec: string;
  home: string;
  readable?: readonly string[];
}

/** Runs commands in the sandbox of macOS (`sandbox-exec`): the same files visible, the meter's port, its own processes. */
export function seatbelt({ sandboxExec, home, readable = [] }: SeatbeltOptions): Sandbox {
  return {
    kind: 'seatbelt',
    directEgress: 'blocked',
    endsTogether: false,
    ownNetwork: false,
    wrap: (argv, policy) => {
      const mounts = planView({
        masked: [...alwaysMasked('darwin'), home, ...policy.masked],
        readable: [...readable, ...policy.readable],
        writable: policy.writable,
        named: policy.named ?? [],
      });
      return {
        argv: [sandboxExec, '-p', seatbeltProfile(mounts, policy.meter), ...argv],
        env: policy.env,
        layers: 0,
      };
    },
  };
}

/** Returns the text of the profile. The last matching rule decides, so the outermost path comes first, as in the plan. */
export function seatbeltProfile(mounts: readonly Mount[], meter: SandboxPolicy['meter']): string {
  const lines = [
    '(version 1)',
    '(allow default)',
    '(deny file-write*)',
    '(allow file-write* (literal "/dev/null") (literal "/dev/zero") (literal "/dev/tty") (literal "/dev/dtracehelper"))',
    ...mounts.flatMap(fileRules),
    // Programs need names and sizes of the directories above the allowed paths.
    '(allow file-read-metadata)',
    '(deny network*)',
    ...(meter === null ? [] : [`(allow network-outbound (remote ip "localhost:${meter.port}"))`]),
    '(deny signal)',
    '(allow signal (target same-sandbox))',
    '(deny process-info*)',
    '(allow process-info* (target same-sandbox))',
    '(deny mach-lookup (global-name "com.apple.SecurityServer") (global-name "com.apple.securityd.xpc"))',
    '(deny appleevent-send)',
  ];
  return `${lines.join('\n')}\n`;
}

function fileRules(mount: Mount): string[] {
  const subpath = `(subpath ${quoted(mount.at)})`;
  switch (mount.kind) {
    case 'mask':
      return [`(deny file-read* file-write* ${subpath})`];
    case 'read':
      return [`(allow file-read* ${subpath})`, `(deny file-write* ${subpath})`];
    case 'write':
      return [`(allow file-read* file-write* ${subpath})`];
    case 'link':
      return [`(allow file-read* (literal ${quoted(mount.at)}))`];
  }
}

function quoted(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
