import { defineConfig } from 'tsup';

/** Bundles the meter's source for the benchmarks in the same way as the build of the program. */
export default defineConfig({
  entry: ['bench/main.ts', 'bench/programs/*.ts'],
  format: 'esm',
  target: 'node20',
  platform: 'node',
  outDir: 'node_modules/.cache/bench',
  clean: true,
  splitting: true,
  noExternal: [/.*/],
  env: { NODE_ENV: 'production' },
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
});
