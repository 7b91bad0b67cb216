#!/usr/bin/env node
// Syntax old enough for any Node, so that an old one gets this sentence and not a SyntaxError from the bundle.
var version = process.versions.node.split('.');
if (Number(version[0]) < 20 || (Number(version[0]) === 20 && Number(version[1]) < 18)) {
  console.error(
    'codingagentbench needs Node 20.18 or newer; this is Node ' +
      process.versions.node +
      '. Install a current Node from https://nodejs.org and run it again.',
  );
  process.exit(2);
}
// Node 21 and the first of 22 lack this one, with which the bundle reaches Node's own modules.
var ready = process.getBuiltinModule
  ? Promise.resolve()
  : import('node:module').then((module) => {
      process.getBuiltinModule = module.createRequire(process.execPath);
    });
ready
  .then(() => import('../dist/cli.js'))
  .catch((error) => {
    if (error && error.code === 'ERR_MODULE_NOT_FOUND' && /dist[\\/]cli\.js/.test(error.message)) {
      console.error('codingagentbench is not built: run `npm run build` in the checkout.');
      process.exit(2);
    }
    throw error;
  });
