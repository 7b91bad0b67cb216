import { pathToFileURL } from 'node:url';

/** The directories of one test run. Every run has different ones. */
export interface RunDirs {
  /** The tested tree. */
  tree: string;
  /** Contains HOME and TMPDIR. */
  scratch: string;
  /** The task's tests, which may be outside of the tree. */
  tests: string;
}

/** The output of a test run, and its directories. */
export interface RunOutput extends RunDirs {
  stdout: string;
  stderr: string;
}

/**
 * Replaces the paths of the run, so that every run prints the same: paths in the tree become relative, others get fixed
 * names.
 */
export function withStablePaths(text: string, { tree, scratch, tests }: RunDirs): string {
  const names = [
    { dir: tree, name: '.' },
    // The path in Harbor's containers.
    { dir: tests, name: '/tests' },
    { dir: scratch, name: '/tmp' },
  ];
  return (
    names
      // Inner directories first, as one may be in another.
      .sort((a, b) => b.dir.length - a.dir.length)
      .reduce((result, { dir, name }) => renamed(result, dir, name), text)
  );
}

/** What follows `/tmp/app`: not the rest of `/tmp/app-2` or `/tmp/app.old`. */
const END_OF_NAME = String.raw`(?![\w-]|\.\w)`;

function renamed(text: string, dir: string, name: string): string {
  const spellings = spellingsOf(dir).map((each) => each.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return text.replace(
    new RegExp(`(?:${spellings.join('|')})(?:(/)|${END_OF_NAME})`, 'g'),
    (_, slash?: string) => {
      if (slash === undefined) return name;
      return name === '.' ? '' : `${name}/`;
    },
  );
}

/** The ways in which runners print the path of a directory. URLs come first, because they contain the path. */
function spellingsOf(dir: string): string[] {
  const url = pathToFileURL(dir).href;
  // Node's TAP reporter escapes `\` and `#`; Go replaces blanks in the names of subtests.
  return [url, `file://${dir}`, dir, dir.replace(/[\\#]/g, '\\$&'), dir.replaceAll(' ', '_')];
}
