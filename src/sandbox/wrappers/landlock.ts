import { existsSync } from 'node:fs';
import { alwaysMasked } from '../masked-paths.js';
import { planView } from '../mount-sources.js';
import type { Sandbox } from '../sandbox.js';
import { LANDLOCK_LAUNCHER } from './landlock-launcher.js';
import { visibleTrees } from './visible-trees.js';

export interface LandlockOptions {
  /** Any Python 3: the system calls need somebody who can make them. */
  pythonPath: string;
  home: string;
  readable?: readonly string[];
}

/** Of `/proc`, what tells of the machine; the directories of other processes hold their environments. */
const MACHINE = [
  ...['cpuinfo', 'meminfo', 'stat', 'loadavg', 'uptime', 'version', 'filesystems', 'vmstat', 'cgroups'],
  ...['sys/kernel', 'sys/vm', 'sys/fs'],
].map((name) => `/proc/${name}`);
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'].map((name) => `/dev/${name}`);

/**
 * Landlock, the kernel's own way to give up rights, where no namespaces are to be had. It hides files and keeps TCP to
 * the meter's port, but UDP stays open and processes outside are seen, though neither read nor signalled.
 */
export function landlock({ pythonPath, home, readable = [] }: LandlockOptions): Sandbox {
  return {
    kind: 'landlock',
    directEgress: 'possible',
    endsTogether: false,
    ownNetwork: false,
    wrap: (argv, policy) => {
      const mounts = planView({
        masked: [...alwaysMasked('linux'), '/dev', '/proc', home, ...policy.masked],
        readable: [...readable, ...policy.readable, ...MACHINE.filter((path) => existsSync(path))],
        writable: policy.writable,
        named: policy.named ?? [],
      });
      const rules = {
        ...visibleTrees(mounts),
        devices: DEVICES.filter((path) => existsSync(path)),
        port: policy.meter?.port ?? null,
      };
      return {
        argv: [pythonPath, '-I', '-S', '-c', LANDLOCK_LAUNCHER, JSON.stringify(rules), ...argv],
        env: policy.env,
        layers: 0,
      };
    },
  };
}
