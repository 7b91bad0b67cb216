import { ExitCode } from '../model/errors.js';
import { takeInheritedDescriptors } from './inherited-descriptors.js';
import { run } from './run.js';

// `ps` would show the command line, which may contain `--key`.
const argv = process.argv.slice(2);
process.title = 'codingagentbench';

// Before any child starts.
const inheritedFiles = takeInheritedDescriptors(argv);

const exitCode = await run(argv, {
  env: process.env,
  inheritedFiles,
  // Getters: Node opens each stream at its first use, which takes time.
  get stdin() {
    return surviveClosing(process.stdin);
  },
  get stdout() {
    return surviveClosing(process.stdout);
  },
  get stderr() {
    return surviveClosing(process.stderr);
  },
});
// Timers left by a second Ctrl-C would keep the process alive.
if (exitCode === ExitCode.interrupted) process.exit(exitCode);
process.exitCode = exitCode;

/** A closed pipe or terminal must not end the run: it is still graded and saved, and its temp directories are removed. */
function surviveClosing<S extends NodeJS.EventEmitter>(stream: S): S {
  return stream.listenerCount('error', ignore) > 0 ? stream : stream.on('error', ignore);
}

function ignore(): void {}
