import { writeFileSync } from 'node:fs';

/* Loaded into the measured program by `--import`: leaves its peak memory, in MB, in a file. */

const file = process.env.BENCH_PEAK_FILE;
delete process.env.BENCH_PEAK_FILE;
if (file !== undefined) {
  process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS / 1024)));
}
