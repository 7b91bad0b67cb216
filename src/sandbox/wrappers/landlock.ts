import { existsSync } from 'node:fs';
import { alwaysMasked } from '../masked-paths.js';
import { planView } from '../mount-sources.js';
import type { Sandbox } from '../sandbox.js';
import { LANDLOCK_LAUNCHER } from './landlock-launcher.js';
import { visibleTrees } from './visible-trees.js';

export interface LandlockOptions {
  /** Any Python 3: Node.js cannot make the system calls. */
  pythonPath: string;
  home: string;
  readable?: readonly string[];
}

/** The parts of `/proc` that describe the machine. The directories of other processes show their environments. */
const MACHINE_INFO = [
  ...['cpuinfo', 'meminfo', 'stat', 'loadavg', 'uptime', 'version', 'filesystems', 'vmstat', 'cgroups'],
  ...['sys/kernel', 'sys/vm', 'sys/fs'],
].map((name) => `/proc/${name}`);
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'].map((name) => `/dev/${name}`);

/**
 * Runs commands under Landlock, for machines that allow no namespaces. It hides files and limits TCP to the meter's
 * port. UDP stays open, and outside processes are visible, but commands cannot read or signal them.
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
        readable: [...readable, ...policy.readable, ...MACHINE_INFO.filter((path) => existsSync(path))],
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
