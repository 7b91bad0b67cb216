/**
 * Runs beside a run whose sandbox would not die with this program, built on its own as `watchdog.cjs`:
 * `node watchdog.cjs MARKER`. Its stdin is a pipe from the program: when that ends without a word, the program was
 * killed, and whatever of the run is still alive goes too.
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
// Only its pipe may end it: what reaches the program's terminal or group is the program's affair.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
