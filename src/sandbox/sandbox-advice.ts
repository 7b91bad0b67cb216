/** Facts about a machine on which no sandbox works. */
export interface SandboxTrouble {
  platform: NodeJS.Platform;
  /** Null when bwrap is not on PATH. */
  bwrapPath: string | null;
  /** Reads a kernel setting below `/proc/sys`, trimmed. Null when it does not exist. */
  sysctl(name: string): string | null;
}

/** One sentence about how to get a working sandbox here. */
export function adviseSandbox({ platform, bwrapPath, sysctl }: SandboxTrouble): string {
  if (platform === 'win32') return 'Run it inside WSL 2 with bubblewrap installed.';
  if (platform !== 'linux')
    return 'Run it in a Linux virtual machine or container with bubblewrap installed.';
  if (bwrapPath === null) {
    return 'Install bubblewrap: apt-get install bubblewrap (Debian, Ubuntu), dnf install bubblewrap (Fedora), pacman -S bubblewrap (Arch) or apk add bubblewrap (Alpine).';
  }
  // Ubuntu 23.10 and later: https://github.com/containers/bubblewrap/issues/632
  if (sysctl('kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return 'AppArmor forbids user namespaces: allow them for bwrap with an AppArmor profile (Ubuntu: apt-get install apparmor-profiles, then link /usr/share/apparmor/extra-profiles/bwrap-userns-restrict into /etc/apparmor.d and reload it), or for all programs with sysctl -w kernel.apparmor_restrict_unprivileged_userns=0.';
  }
  if (sysctl('kernel/unprivileged_userns_clone') === '0') {
    return 'The kernel forbids user namespaces: sysctl -w kernel.unprivileged_userns_clone=1 allows them.';
  }
  if (sysctl('user/max_user_namespaces') === '0') {
    return 'The kernel allows no user namespaces: sysctl -w user.max_user_namespaces=15000 allows them.';
  }
  // Docker's default profile: https://github.com/containers/bubblewrap/issues/505
  return 'User namespaces seem to be forbidden, as they are in most containers: start the container with --security-opt seccomp=unconfined --security-opt apparmor=unconfined, or run outside it.';
}
