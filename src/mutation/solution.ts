import { shellWord } from '../host/shell-word.js';

/** `solution/solve.sh`: puts the original file, which lies beside it, back in its place. */
export function renderSolve(canary: string, path: string): string {
  return `#!/bin/sh
# ${canary}
set -e
cp "$(dirname "$0")/original" "\${CAB_APP:-/app}"/${shellWord(path)}
`;
}
