/**
 * Runs next to a run whose sandbox does not die with this program. Built separately as `watchdog.cjs`:
 * `node watchdog.cjs MARKER`. Its stdin is a pipe from the program. When the pipe closes, the program was killed, and
 * the watchdog kills the rest of the run.
 */
import { killLeftovers } from './family.js';

const [marker = ''] = process.argv.slice(2);
process.stdin.resume().once('close', () => {
  killLeftovers(marker).then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
process.stdin.on('error', () => {});
// Only the pipe ends it. Signals from the terminal are for the program.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
