import { isAbsolute, join, normalize } from 'node:path';
import type { Host } from '../host/host.js';
import type { Masked } from './sandbox.js';

/** Files of other users, sockets of daemons, credentials and logs of the machine. */
const ALWAYS_MASKED: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: [
    ...['/tmp', '/var/tmp', '/run', '/root', '/home', '/mnt', '/media', '/lost+found'],
    // Readable only by root, who may run this program.
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

/** Variables that name private directories of the user. A sandbox may show parts of these directories. */
const PRIVATE_DIR_VARIABLES = [
  ...['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME', 'XDG_RUNTIME_DIR'],
];

/** Variables that name files or directories with secrets. */
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

/** Directories and files of the machine that every sandbox masks. */
export function alwaysMasked(platform: NodeJS.Platform): readonly string[] {
  return ALWAYS_MASKED[platform] ?? [];
}

/** Credentials in a home directory. They are listed one by one, because the user's plugins and agents may be in the home too. */
const SECRETS_IN_HOME = [
  ...['.ssh', '.gnupg', '.aws', '.azure', '.kube', '.docker', '.netrc', '.npmrc', '.pypirc'],
  ...['.git-credentials', '.config/git/credentials', '.config/gh', '.config/gcloud', '.password-store'],
  ...['.mozilla', '.config/google-chrome', '.config/chromium', '.config/BraveSoftware'],
  ...['.claude.json', '.claude/.credentials.json', '.codex/auth.json', '.local/share/opencode/auth.json'],
  ...['.bash_history', '.zsh_history', '.local/share/keyrings', 'Library/Keychains'],
];

type Env = Readonly<Record<string, string | undefined>>;

/** Private directories of the user that variables name. They may be outside of the home. */
export function privateDirs(env: Env): string[] {
  return pathsIn(PRIVATE_DIR_VARIABLES, env);
}

/** The user's secrets: in the home, and at the paths that variables name. */
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

/** Paths hidden from agents and tasks: the user's home and secrets, this program, its caches and saved runs. */
export function hiddenPaths({ home, cacheDir, packageRoot, runsDir, env }: Host): Masked[] {
  return [home, cacheDir, packageRoot, runsDir, ...privateDirs(env), ...secrets(secretPaths(env, home))];
}

/** Marks paths as secrets, which no mount may show. */
export function secrets(paths: readonly string[]): Masked[] {
  return paths.map((secret) => ({ secret }));
}

/** Files that control the kernel. Root can write to them by file mode, even without capabilities: mount them read-only. */
export const KERNEL_CONTROL_PATHS = ['/proc/sys', '/proc/sysrq-trigger', '/proc/irq', '/proc/bus'];
