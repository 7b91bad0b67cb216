import { defineConfig } from 'tsup';
import { writeNotices } from './build/notices.js';
import { packAllTasks } from './build/pack-tasks.js';
import { writeSchemas } from './build/schemas.js';

/** Ink imports its devtools client only when DEV is set; it is not installed and must not be bundled. */
const withoutDevtools = {
  name: 'without-devtools',
  setup(build: import('esbuild').PluginBuild) {
    build.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'absent' }));
    build.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'export default undefined' }));
  },
};

export default defineConfig([
  {
    entry: { cli: 'src/cli/main.ts' },
    format: 'esm',
    target: 'node20',
    platform: 'node',
    outDir: 'dist',
    clean: true,
    minify: true,
    splitting: true,
    metafile: true,
    noExternal: [/.*/],
    esbuildPlugins: [withoutDevtools],
    env: { NODE_ENV: 'production' },
    // The bundled CommonJS packages (undici, tmp, react-reconciler) require node's own modules.
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    async onSuccess() {
      await Promise.all([
        packAllTasks('fixtures/tasks', 'dist/tasks'),
        writeSchemas('dist/schema'),
        writeNotices('dist/metafile-esm.json', 'THIRD-PARTY-NOTICES'),
      ]);
    },
  },
  {
    entry: { bridge: 'src/sandbox/bridge.ts' },
    format: 'cjs',
    target: 'node20',
    outDir: 'dist',
    minify: true,
  },
]);
