import { defineConfig } from 'tsup';

/** Field tests use the program's source beside its build, and so are bundled as it is. */
export default defineConfig({
  entry: [
    'test/field/agents.ts',
    'test/field/names-recorder.ts',
    'test/field/real-servers.ts',
    'test/field/mutations.ts',
    'test/field/opencode-catalogue.ts',
  ],
  format: 'esm',
  target: 'node20',
  platform: 'node',
  outDir: 'node_modules/.cache/field',
  clean: true,
  noExternal: [/.*/],
  env: { NODE_ENV: 'production' },
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
});
