#!/usr/bin/env node
'use strict';
// CommonJS, so that this runs before anything touches libuv's thread pool: the embedded ClickHouse engine,
// file access and DNS share it, and its default of 4 threads lets one slow query hold up the rest.
process.env.UV_THREADPOOL_SIZE ??= '16';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`tocsin 需要 Node.js 20.19 或更新版本，当前为 ${process.version} / tocsin needs Node.js 20.19 or newer; this is ${process.version}\n`);
  process.exit(1);
}

// Whoever stops it while it sets up or loads: with 'exit' what it has started ends as well, and its lock goes.
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 };
const stopEarly = (signal) => {
  process.stderr.write('tocsin 在启动之前已停止 / tocsin was stopped before it had started\n');
  process.exit(EXIT_CODES[signal]);
};
const releaseSignals = () => Object.keys(EXIT_CODES).forEach((signal) => process.off(signal, stopEarly));
for (const signal of Object.keys(EXIT_CODES)) process.on(signal, stopEarly);

// npm and npx hand a signal to the shell in which they run this, and some shells, such as dash, end of it without passing it on.
if (['start', 'demo', 'npx'].includes(process.env.npm_lifecycle_event)) {
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 250).unref();
}

import('../scripts/setup.mjs')
  .then(({ setUp }) => setUp({ quiet: true }))
  .then(() => import('../dist/server/cli/main.js'))
  .then(({ main }) => main(process.argv, releaseSignals))
  .catch((error) => {
    process.stderr.write(`tocsin: ${error?.message ?? error}\n`);
    process.exit(1);
  });
