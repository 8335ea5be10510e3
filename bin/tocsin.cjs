#!/usr/bin/env node
'use strict';
// CommonJS, so that this runs before anything touches libuv's thread pool: the embedded ClickHouse engine,
// file access and DNS share it, and its default of 4 threads lets one slow query hold up the rest.
process.env.UV_THREADPOOL_SIZE ??= '16';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`tocsin 需要 Node.js 20.19 或更新版本,当前为 ${process.version} / tocsin needs Node.js 20.19 or newer; this is ${process.version}\n`);
  process.exit(1);
}

import('../scripts/setup.mjs')
  .then(({ setUp }) => setUp({ quiet: true }))
  .then(() => import('../dist/server/cli/main.js'))
  .then(({ main }) => main(process.argv))
  .catch((error) => {
    process.stderr.write(`tocsin: ${error?.message ?? error}\n`);
    process.exit(1);
  });
