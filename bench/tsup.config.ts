import { defineConfig } from 'tsup';

/** The bench measures the meter's source, bundled as the program's own build bundles it. */
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
