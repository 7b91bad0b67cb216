import { isAbsolute, join, normalize } from 'node:path';
import type { Host } from '../host/host.js';
import type { Masked } from './sandbox.js';

/** Other people's files, sockets of the host's daemons, credentials of the machine, and whatever else lies in reach. */
const ALWAYS_MASKED: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: [
    ...['/tmp', '/var/tmp', '/run', '/root', '/home', '/mnt', '/media', '/lost+found'],
    // Root reads these; nobody else does.
    ...['/etc/shadow', '/etc/shadow-', '/etc/gshadow', '/etc/gshadow-', '/etc/sudoers', '/etc/sudoers.d'],
    ...['/etc/ssh', '/etc/ssl/private', '/etc/NetworkManager', '/etc/wireguard', '/etc/kubernetes'],
    ...[
      '/var/lib/docker',
      '/var/lib/kubelet',
      '/var/lib/containerd',
      '/var/spool',
      '/var/mail',
      '/var/backups',
    ],
    '/var/log',
  ],
  darwin: [
    ...[
      '/Users',
      '/Volumes',
      '/private/tmp',
      '/private/var/tmp',
      '/private/var/folders',
      '/private/var/root',
    ],
    ...['/private/var/run', '/private/etc/ssh', '/Library/Keychains', '/private/var/db'],
  ],
};

/** Directories of the user's alone that a variable names; what is needed of them is shown. */
const PRIVATE_DIR_VARIABLES = [
  ...['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME', 'XDG_RUNTIME_DIR'],
];

/** Where programs are told by a variable to keep secrets. */
const SECRET_VARIABLES = [
  ...['SSH_AUTH_SOCK', 'GNUPGHOME', 'GPG_AGENT_INFO', 'PASSWORD_STORE_DIR', 'NETRC'],
  ...['AWS_SHARED_CREDENTIALS_FILE', 'AWS_CONFIG_FILE', 'AZURE_CONFIG_DIR', 'CLOUDSDK_CONFIG'],
  ...['GOOGLE_APPLICATION_CREDENTIALS', 'KUBECONFIG', 'DOCKER_CONFIG', 'DOCKER_HOST', 'VAULT_TOKEN_PATH'],
  ...[
    'NPM_CONFIG_USERCONFIG',
    'npm_config_userconfig',
    'PIP_CONFIG_FILE',
    'GIT_CONFIG_GLOBAL',
    'GIT_ASKPASS',
  ],
  ...['CLAUDE_CONFIG_DIR', 'CODEX_HOME', 'OPENCODE_CONFIG', 'OPENCODE_CONFIG_DIR', 'GEMINI_CONFIG_DIR'],
  'HF_TOKEN_PATH',
];

/** Directories and files of the machine that no command may see, whatever it runs. */
export function alwaysMasked(platform: NodeJS.Platform): readonly string[] {
  return ALWAYS_MASKED[platform] ?? [];
}

/** Credentials by where programs keep them in a home, where a plugin or an agent of the user's may lie too. */
const SECRETS_IN_HOME = [
  ...['.ssh', '.gnupg', '.aws', '.azure', '.kube', '.docker', '.netrc', '.npmrc', '.pypirc'],
  ...['.git-credentials', '.config/git/credentials', '.config/gh', '.config/gcloud', '.password-store'],
  ...['.mozilla', '.config/google-chrome', '.config/chromium', '.config/BraveSoftware'],
  ...['.claude.json', '.claude/.credentials.json', '.codex/auth.json', '.local/share/opencode/auth.json'],
  ...['.bash_history', '.zsh_history', '.local/share/keyrings', 'Library/Keychains'],
];

type Env = Readonly<Record<string, string | undefined>>;

/** The user's own directories that lie outside of the home because a variable says so. */
export function privateDirs(env: Env): string[] {
  return pathsIn(PRIVATE_DIR_VARIABLES, env);
}

/** The user's own secrets, in the home and wherever a variable says. */
export function secretPaths(env: Env, home: string): string[] {
  return [...pathsIn(SECRET_VARIABLES, env), ...SECRETS_IN_HOME.map((path) => join(home, path))];
}

function pathsIn(names: readonly string[], env: Env): string[] {
  return names
    .flatMap((name) => (env[name] ?? '').split(':'))
    .filter((path) => isAbsolute(path))
    .map((path) => normalize(path))
    .filter((path) => path !== '/');
}

/** What no command of an agent or a task may see here: the user's home and secrets, and this program with all that it keeps. */
export function hiddenPaths({ home, cacheDir, packageRoot, runsDir, env }: Host): Masked[] {
  return [home, cacheDir, packageRoot, runsDir, ...privateDirs(env), ...secrets(secretPaths(env, home))];
}

/** Files and directories that no mount may show. */
export function secrets(paths: readonly string[]): Masked[] {
  return paths.map((secret) => ({ secret }));
}

/** Files that control the kernel. Root can write to them by file mode, even without capabilities: mount them read-only. */
export const KERNEL_CONTROL_PATHS = ['/proc/sys', '/proc/sysrq-trigger', '/proc/irq', '/proc/bus'];
