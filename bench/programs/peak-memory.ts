import { writeFileSync } from 'node:fs';

/* Loaded into the measured program with `--import`. Writes its peak memory, in MB, to a file. */

const file = process.env.BENCH_PEAK_FILE;
delete process.env.BENCH_PEAK_FILE;
if (file !== undefined) {
  process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS / 1024)));
}
