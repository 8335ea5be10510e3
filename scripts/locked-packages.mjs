// Whether the packages of package-lock.json stand in node_modules, told by their versions.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {string} root folder of package-lock.json and node_modules
 * @returns {boolean} true when every package that must be there is, at its version; those that a platform may lack are not asked for
 */
export function holdsLocked(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages).every(([path, { version, optional, devOptional }]) => path === '' || optional === true || devOptional === true || versionOf(join(root, path)) === version);
}

/** @returns {string | undefined} undefined when there is no such package */
function versionOf(folder) {
  try {
    // Some write it with a `v` before it.
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version.replace(/^v/, '');
  } catch {
    return undefined;
  }
}
