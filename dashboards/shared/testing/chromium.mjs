import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** For a machine without a display, and for pages of the machine itself. */
export const CHROMIUM_ARGS = [
  '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--force-color-profile=srgb', '--hide-scrollbars',
];

/**
 * Path of a Chromium: `TOCSIN_CHROMIUM`, else the first of the usual names on `PATH`.
 *
 * @param {Record<string, string | undefined>} environment
 * @returns {string | null} null when there is none
 */
export function findChromium(environment) {
  const named = environment['TOCSIN_CHROMIUM'];
  if (named !== undefined && named !== '') return isProgram(named) ? named : null;
  for (const folder of (environment['PATH'] ?? '').split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name);
      if (folder !== '' && isProgram(path)) return path;
    }
  }
  return null;
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
