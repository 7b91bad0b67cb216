import { defineConfig } from 'tsup';
import { writeNotices } from './build/notices.js';
import { packAllTasks } from './build/pack-tasks.js';
import { writeSchemas } from './build/schemas.js';

/** What bundled packages import and this program never comes to use. */
const withoutUnused = {
  name: 'without-unused',
  setup(build: import('esbuild').PluginBuild) {
    const absent = ({ path }: { path: string }) => ({ path, namespace: 'absent' });
    // Ink's devtools client, for which DEV must be set; it is not installed.
    build.onResolve({ filter: /^react-devtools-core$/ }, absent);
    // Commander can run subcommands that are programs of their own: a tenth of the time of `--help`.
    build.onResolve({ filter: /^node:child_process$/ }, (found) =>
      /[\\/]commander[\\/]/.test(found.importer) ? absent(found) : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'export default undefined' }));
  },
};

/**
 * The bundled CommonJS packages (undici, tmp, react-reconciler) require node's own modules, and nothing else. Node's
 * `createRequire` would do it too, and take two milliseconds of every start.
 */
const REQUIRE =
  "const require=id=>{const m=process.getBuiltinModule(id);if(m)return m;throw new Error('no module '+id)};";

const METAFILES = ['dist/metafile-esm.json', 'dist/page/metafile-iife.json'];
let buildsToCome = 3;

/** The notices need the inputs of all bundles, which are built side by side; no file of a build is newer. */
async function noticesAfterTheLast(): Promise<void> {
  buildsToCome -= 1;
  if (buildsToCome === 0) await writeNotices(METAFILES, 'THIRD-PARTY-NOTICES');
}

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
    esbuildPlugins: [withoutUnused],
    removeNodeProtocol: false,
    env: { NODE_ENV: 'production' },
    // Yoga reads its WebAssembly out of a data: URL. With `fetch` that loads Node's own HTTP client first, a third of
    // the time to the first frame; without, it decodes the text itself. Nothing else here calls the global `fetch`.
    define: { fetch: 'undefined' },
    banner: { js: REQUIRE },
    async onSuccess() {
      await Promise.all([packAllTasks('fixtures/tasks', 'dist/tasks'), writeSchemas('dist/schema')]);
      await noticesAfterTheLast();
    },
  },
  {
    // The HTML pages' own script and style, which are put into each of them.
    entry: { page: 'src/reporters/documents/html/client/page.ts' },
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    outDir: 'dist/page',
    outExtension: () => ({ js: '.js' }),
    minify: true,
    metafile: true,
    noExternal: [/.*/],
    onSuccess: noticesAfterTheLast,
  },
  {
    // Processes of their own, beside the run.
    entry: { bridge: 'src/sandbox/wrappers/bridge.ts', watchdog: 'src/sandbox/processes/watchdog.ts' },
    format: 'cjs',
    target: 'node20',
    outDir: 'dist',
    minify: true,
    onSuccess: noticesAfterTheLast,
  },
]);
