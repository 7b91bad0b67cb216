import { UsageError } from '../model/errors.js';

/** What mutation needs to know about a language. Sites are found in tokens, without a parser. */
export interface Language {
  id: string;
  /** Extensions of source files, with the dot. */
  extensions: readonly string[];
  /** Ids of toolchains in `host/toolchains.ts`. */
  toolchain: readonly string[];
  /** Base image of a task's Dockerfile. */
  image: string;
  /** Which lexical rules its files follow. */
  lexis: 'javascript' | 'python' | 'rust' | 'go' | 'java' | 'c';
  /**
   * Globs of tests and of the files that run them. They are never mutated, and an agent's changes to them are not
   * graded.
   */
  tests: readonly string[];
  /** Globs of build files and settings. */
  settings: readonly string[];
  /** Files in which dependencies are declared. */
  manifests: readonly string[];
  /** Names of files that an agent may change or add, as a glob for one path segment. */
  source: string;
  /** Globs of the files that builds and tests leave behind. */
  litter: readonly string[];
}

const TEST_DIRS =
  '**/{test,tests,testing,testdata,spec,specs,__{tests,mocks,fixtures,snapshots}__,fixtures,t,test[-_]*,tests[-_]*,*[-_]test,*[-_]tests}/**';

const SCRIPT = {
  toolchain: ['node', 'npm'],
  image: 'node:22',
  lexis: 'javascript',
  tests: [TEST_DIRS, '**/*.{test,spec}.*', '**/*-{test,spec}.*', '**/{test,tests}.*'],
  settings: [
    '**/{package,package-lock,npm-shrinkwrap,tsconfig,jsconfig}*.json',
    '**/.*rc*',
    '**/*.config.*',
    '**/jest.*',
  ],
  manifests: ['package.json'],
  litter: ['**/node_modules/**', '**/coverage/**', '**/.nyc_output/**', '**/*.log', '**/*.tsbuildinfo'],
} as const;

const NATIVE = {
  image: 'gcc:14',
  lexis: 'c',
  tests: [
    TEST_DIRS,
    '**/{test,tests}[-_.]*',
    '**/*[-_]{test,tests}.*',
    '**/{test,tests}.*',
    '**/test*.{c,cc,cpp,cxx}',
  ],
  settings: [
    '**/{GNUmakefile,Makefile,makefile,CMakeLists.txt,configure,meson.build}',
    '**/*.{mk,cmake,am,ac,in}',
  ],
  manifests: [],
  litter: ['**/*.{o,a,so,d,lo,la,dylib}', '**/build/**'],
} as const;

export const LANGUAGES: readonly Language[] = [
  { ...SCRIPT, id: 'javascript', extensions: ['.js', '.mjs', '.cjs', '.jsx'], source: '*.{js,mjs,cjs,jsx}' },
  { ...SCRIPT, id: 'typescript', extensions: ['.ts', '.mts', '.cts', '.tsx'], source: '*.{ts,mts,cts,tsx}' },
  {
    id: 'python',
    extensions: ['.py'],
    toolchain: ['python'],
    image: 'python:3.12',
    lexis: 'python',
    tests: [TEST_DIRS, '**/test_*.py', '**/*_test.py', '**/{test,tests,conftest}.py'],
    settings: [
      '**/{setup,noxfile,sitecustomize,usercustomize}.py',
      '**/*.{pth,cfg,ini,toml}',
      '**/{unittest,pytest,_pytest,doctest}{.py,/**}',
      '**/requirements*.txt',
    ],
    manifests: ['pyproject.toml', 'setup.cfg', 'setup.py', 'requirements.txt'],
    source: '!(conftest|setup|noxfile|sitecustomize|usercustomize|test_*|*_test|test|tests).py',
    litter: ['**/__pycache__/**', '**/.pytest_cache/**', '**/*.pyc', '**/*.egg-info/**', '**/build/**'],
  },
  {
    id: 'rust',
    extensions: ['.rs'],
    toolchain: ['rust'],
    image: 'rust:1',
    lexis: 'rust',
    tests: [TEST_DIRS, '**/{test,tests}.rs', '**/*_test.rs', '**/{benches,examples}/**'],
    settings: ['**/Cargo.{toml,lock}', '**/build.rs', '**/.cargo/**', '**/rust-toolchain*'],
    manifests: ['Cargo.toml'],
    source: '!(build|test|tests|*_test).rs',
    litter: ['**/target/**'],
  },
  {
    id: 'go',
    extensions: ['.go'],
    toolchain: ['go'],
    image: 'golang:1',
    lexis: 'go',
    tests: ['**/*_test.go', '**/testdata/**', '**/internal/test*/**'],
    settings: ['**/go.{mod,sum,work}'],
    manifests: ['go.mod'],
    source: '!(*_test).go',
    litter: ['**/*.test', '**/*.out'],
  },
  {
    id: 'java',
    extensions: ['.java'],
    toolchain: ['java'],
    image: 'eclipse-temurin:21',
    lexis: 'java',
    tests: [TEST_DIRS, '**/{Test*,*Test,*Tests,*TestCase}.java'],
    settings: [
      '**/{pom.xml,build.gradle,settings.gradle,gradle.properties,Makefile,run-tests.sh}',
      '**/.mvn/**',
    ],
    manifests: ['pom.xml', 'build.gradle'],
    source: '!(Test*|*Test|*Tests|*TestCase).java',
    litter: ['**/target/**', '**/build/**', '**/*.class'],
  },
  { ...NATIVE, id: 'c', extensions: ['.c', '.h'], toolchain: ['c'], source: '*.{c,h}' },
  {
    ...NATIVE,
    id: 'cpp',
    extensions: ['.cpp', '.cc', '.cxx', '.hpp', '.hh', '.hxx', '.h'],
    toolchain: ['c', 'cpp'],
    source: '*.{cpp,cc,cxx,hpp,hh,hxx,h}',
  },
];

/** @throws UsageError `usage.unknown_language` */
export function languageOf(id: string): Language {
  const known = LANGUAGES.find((language) => language.id === id);
  if (known) return known;
  throw new UsageError(`The language ${id} is not supported.`, {
    code: 'usage.unknown_language',
    fix: `Use one of ${LANGUAGES.map((language) => language.id).join(', ')}.`,
  });
}
