import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { shellWord } from '../../host/shell-word.js';
import { SCRATCH_BYTES } from '../limits/limits.js';
import { alwaysMasked, KERNEL_CONTROL_PATHS } from '../masked-paths.js';
import type { Mount } from '../mount-plan.js';
import { planView } from '../mount-sources.js';
import type { Sandbox, SandboxPolicy } from '../sandbox.js';

/** Absolute paths of the programs from util-linux and iproute2. */
export interface UnsharePrograms {
  unshare: string;
  setpriv: string;
  mount: string;
  umount: string;
  pivot_root: string;
  ip: string;
}

export interface UnshareOptions {
  programs: UnsharePrograms;
  nodePath: string;
  bridgePath: string;
  home: string;
  readable?: readonly string[];
}

const SCRATCH = '/tmp';
/** The new root is built here, because commands need nothing in this directory. */
const STAGE = '/sys';
const NEW = `${STAGE}/new`;
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];
/** The first process inside: without capabilities, it reaps orphans and ignores signals meant for the command. */
const INIT = ['sh', '-c', '"$@"; exit $?', 'init'];

/**
 * Does the same as bubblewrap with programs of util-linux, for machines without bubblewrap: separate namespaces, a
 * root of read-only mounts, no capabilities and no way to regain them.
 */
export function unshareSandbox(options: UnshareOptions): Sandbox {
  const { programs } = options;
  return {
    kind: 'unshare',
    directEgress: 'blocked',
    endsTogether: true,
    ownNetwork: true,
    wrap: (argv, policy) => ({
      argv: [
        ...[programs.setpriv, '--pdeathsig', 'KILL', '--', programs.unshare],
        ...[
          '--user',
          '--map-root-user',
          '--mount',
          '--pid',
          '--fork',
          '--kill-child',
          '--ipc',
          '--uts',
          '--net',
        ],
        ...['/bin/sh', '-c', rootScript(options, policy), 'unshare'],
        ...bridgeArgs(options, policy),
        ...argv,
      ],
      env: policy.env,
      layers: policy.meter === null ? 2 : 3,
    }),
  };
}

/** A script that builds the root and executes the command. If a step fails, the command does not run. */
function rootScript(options: UnshareOptions, policy: SandboxPolicy): string {
  const { mount, umount, pivot_root, ip, setpriv } = options.programs;
  const bridge = policy.meter === null ? [] : bridgeFiles(options, policy.meter.socketPath);
  const mounts = planView({
    masked: [...alwaysMasked('linux'), options.home, ...policy.masked],
    readable: [...(options.readable ?? []), ...policy.readable, ...bridge],
    writable: policy.writable,
    named: policy.named ?? [],
  });
  const readOnlyMasks = mounts.flatMap((each) =>
    each.kind === 'mask' && each.directory && each.at !== SCRATCH ? [each.at] : [],
  );
  const readOnly = (path: string) => `${mount} -o remount,bind,ro ${shellWord(path)}`;
  return [
    'set -e',
    `${mount} -t tmpfs -o mode=755 tmpfs ${STAGE}`,
    `mkdir ${NEW}`,
    `${mount} --rbind / ${NEW}`,
    'while read -r _ _ _ _ at options _; do case $at in',
    `${NEW}/sys/*|${NEW}/proc/*|${NEW}/dev/*) ;;`,
    `${NEW}|${NEW}/*) ${mount} -o "remount,bind,$options,ro" "$(printf %b "$at")" ;;`,
    'esac; done < /proc/self/mountinfo',
    `${mount} -t proc proc ${NEW}/proc`,
    ...KERNEL_CONTROL_PATHS.map((path) => NEW + path).flatMap((path) => [
      `if [ -e ${path} ]; then ${mount} --bind ${path} ${path}; ${readOnly(path)}; fi`,
    ]),
    ...deviceLines(mount),
    ...mounts.flatMap((each) => mountLines(mount, each)),
    ...readOnlyMasks.map((at) => readOnly(NEW + at)),
    `echo 0 > /proc/sys/user/max_user_namespaces`,
    `cd ${NEW}`,
    `${pivot_root} . sys`,
    `${umount} -l ${STAGE}`,
    `${ip} link set lo up`,
    `${mount} -t sysfs -o ro sysfs ${STAGE} || true`,
    `cd ${shellWord(policy.cwd)}`,
    `exec ${setpriv} --no-new-privs --bounding-set=-all --inh-caps=-all ${INIT.map(shellWord).join(' ')} "$@"`,
  ].join('\n');
}

/** Only these devices: in a full /dev, root could open a disk. */
function deviceLines(mount: string): string[] {
  return [
    `${mount} -t tmpfs -o mode=755 tmpfs ${NEW}/dev`,
    `mkdir ${NEW}/dev/shm`,
    ...DEVICES.map((name) => `: > ${NEW}/dev/${name}; ${mount} --bind /dev/${name} ${NEW}/dev/${name}`),
    `ln -s /proc/self/fd ${NEW}/dev/fd`,
    ...['stdin', 'stdout', 'stderr'].map((name, fd) => `ln -s /proc/self/fd/${fd} ${NEW}/dev/${name}`),
    `${mount} -o remount,bind,ro ${NEW}/dev`,
    `${mount} -t tmpfs -o mode=1777,size=${SCRATCH_BYTES} tmpfs ${NEW}/dev/shm`,
  ];
}

function mountLines(mount: string, each: Mount): string[] {
  const at = shellWord(NEW + each.at);
  const parent = `mkdir -p ${shellWord(NEW + dirname(each.at))}`;
  if (each.kind === 'link') return [parent, `ln -s ${shellWord(each.target)} ${at}`];
  if (each.kind === 'mask') {
    if (!each.directory) return [`${mount} --bind /dev/null ${at}`, `${mount} -o remount,bind,ro ${at}`];
    const options = each.at === SCRATCH ? `mode=1777,size=${SCRATCH_BYTES}` : 'mode=755';
    return [`${mount} -t tmpfs -o ${options} tmpfs ${at}`];
  }
  const from = shellWord(each.from);
  return [
    `if [ -d ${from} ]; then mkdir -p ${at}; else ${parent}; [ -e ${at} ] || : > ${at}; fi`,
    `${mount} --bind ${from} ${at}`,
    ...(each.kind === 'read' ? [`${mount} -o remount,bind,ro ${at}`] : [`${mount} -o remount,bind,rw ${at}`]),
  ];
}

function bridgeFiles({ nodePath, bridgePath }: UnshareOptions, socketPath: string): string[] {
  return [nodePath, bridgePath, socketPath].filter((path) => existsSync(path));
}

function bridgeArgs({ nodePath, bridgePath }: UnshareOptions, { meter }: SandboxPolicy): string[] {
  return meter === null ? [] : [nodePath, bridgePath, String(meter.port), meter.socketPath];
}
