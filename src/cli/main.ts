import { ExitCode } from '../errors.js';
import { run } from './run.js';

// `ps` shows what is left of argv, and `--key` may stand in it.
const argv = process.argv.slice(2);
process.title = 'codingagentbench';

const exitCode = await run(argv, {
  env: process.env,
  // Node opens each of them when it is first asked for, which takes its time.
  get stdin() {
    return process.stdin;
  },
  get stdout() {
    return process.stdout;
  },
  get stderr() {
    return process.stderr;
  },
});
// What a second Ctrl-C dropped may have left timers that would keep us here.
if (exitCode === ExitCode.interrupted) process.exit(exitCode);
process.exitCode = exitCode;
