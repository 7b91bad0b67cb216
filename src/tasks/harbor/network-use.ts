const TOOLS = [
  ...['apt', 'apt-get', 'apk', 'yum', 'dnf', 'curl', 'wget', 'uvx', 'npx', 'pip3? install'],
  ...['python3? -m pip install', 'uv (?:add|pip|run|sync|tool)', 'npm (?:ci|i|install)', 'git clone'],
  ...['cargo install', 'go install', 'gem install'],
].join('|');
const CALL = new RegExp(`(?:^|[;&|(]|\\b(?:sudo|then|do|else|exec) )\\s*(${TOOLS})(?:\\s|$)`);

/** The first line of a script that calls for the network, which tests do not have here; null when none does. */
export function networkUse(script: string): { line: number; tool: string } | null {
  for (const [index, text] of script.split('\n').entries()) {
    const tool = CALL.exec(text)?.[1];
    if (tool !== undefined && !/localhost|127\.0\.0\.1/.test(text)) return { line: index + 1, tool };
  }
  return null;
}
