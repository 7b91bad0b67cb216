import { isAbsolute, normalize } from 'node:path';

/** Other people's files, sockets of the host's daemons, credentials of the machine, and whatever else lies in reach. */
const ALWAYS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
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

/** Where programs are told by a variable to keep what is the user's alone. */
const TOLD_BY = [
  ...['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME', 'XDG_RUNTIME_DIR'],
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
  return ALWAYS[platform] ?? [];
}

/** The user's own secrets that lie outside of the home because a variable says so. */
export function secretPlaces(env: Readonly<Record<string, string | undefined>>): string[] {
  return TOLD_BY.flatMap((name) => (env[name] ?? '').split(':'))
    .filter((path) => isAbsolute(path))
    .map((path) => normalize(path))
    .filter((path) => path !== '/');
}
