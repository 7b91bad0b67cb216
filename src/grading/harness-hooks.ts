/** A file that a test harness, build tool or interpreter loads automatically. */
export interface HarnessHook {
  /** Globs. */
  files: string[];
  /** What the file does, for messages. */
  what: string;
  /** For a file that is a hook only with certain content: whether that content is new. */
  planted?(before: string | null, after: string | null): boolean;
}

const newlyMatching = (pattern: RegExp) => (before: string | null, after: string | null) =>
  pattern.test(after ?? '') && !pattern.test(before ?? '');

export const HARNESS_HOOKS: readonly HarnessHook[] = [
  { files: ['**/conftest.py'], what: 'pytest runs it before the tests' },
  { files: ['**/{sitecustomize,usercustomize}.py', '**/*.pth'], what: 'Python runs it when it starts' },
  {
    files: ['{unittest,pytest,_pytest,doctest}.py', '{unittest,pytest,_pytest,doctest}/**'],
    what: 'Python imports it in place of the test framework',
  },
  { files: ['**/tests/**/__init__.py', '**/tests/__init__.py'], what: 'Python runs it before the tests' },
  { files: ['**/{pytest,.pytest,tox}.ini'], what: 'it configures the test runner' },
  {
    files: ['**/setup.cfg'],
    what: 'its [tool:pytest] section configures the test runner',
    planted: newlyMatching(/^\[tool:pytest\]/m),
  },
  {
    files: ['**/pyproject.toml'],
    what: 'its [tool.pytest] section configures the test runner',
    planted: newlyMatching(/^\[tool\.pytest/m),
  },
  { files: ['**/build.rs'], what: 'cargo runs it before the tests' },
  { files: ['**/.cargo/{config,config.toml}'], what: 'it configures cargo' },
  { files: ['**/{rust-toolchain,rust-toolchain.toml}'], what: 'it chooses the compiler' },
  { files: ['**/{GNUmakefile,Makefile,makefile}'], what: 'make obeys it' },
  {
    files: ['**/package.json'],
    what: 'npm runs its scripts',
    planted: (before, after) => scriptsOf(after) !== '{}' && scriptsOf(before) !== scriptsOf(after),
  },
  { files: ['**/.npmrc'], what: 'it configures npm' },
  {
    files: ['**/.mocharc*', '**/{jest,vitest,vite}.config.*', '**/jest.setup.*'],
    what: 'it configures the test runner',
  },
  {
    files: ['**/*_test.go'],
    what: 'its TestMain decides how the tests end',
    planted: newlyMatching(/^func TestMain\(/m),
  },
  { files: ['**/go.work'], what: 'it redirects Go modules' },
];

/** The `scripts` of a package.json as JSON; `{}` when it has none or does not parse. */
function scriptsOf(text: string | null): string {
  try {
    const manifest: unknown = JSON.parse(text ?? '{}');
    const scripts =
      typeof manifest === 'object' && manifest !== null && 'scripts' in manifest && manifest.scripts;
    return JSON.stringify(scripts || {});
  } catch {
    return '{}';
  }
}
