import { ExitCode } from '../model/errors.js';
import { takeInheritedDescriptors } from './inherited-descriptors.js';
import { run } from './run.js';

// `ps` shows what is left of argv, and `--key` may stand in it.
const argv = process.argv.slice(2);
process.title = 'codingagentbench';

// Before any child starts.
const handed = takeInheritedDescriptors(argv);

const exitCode = await run(argv, {
  env: process.env,
  handed,
  // Node opens each of them when it is first asked for, which takes its time.
  get stdin() {
    return outliving(process.stdin);
  },
  get stdout() {
    return outliving(process.stdout);
  },
  get stderr() {
    return outliving(process.stderr);
  },
});
// What a second Ctrl-C dropped may have left timers that would keep us here.
if (exitCode === ExitCode.interrupted) process.exit(exitCode);
process.exitCode = exitCode;

/** A pipe that its reader closed, or a terminal that is gone, ends no run: it is still graded, saved and cleared away. */
function outliving<S extends NodeJS.EventEmitter>(stream: S): S {
  return stream.listenerCount('error', ignore) > 0 ? stream : stream.on('error', ignore);
}

function ignore(): void {}
