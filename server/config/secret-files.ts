import { TocsinError } from '../../core/errors.ts';
import { SETTINGS } from './settings.ts';

type Environment = Record<string, string | undefined>;

/**
 * Puts the content of files in the place of secrets: `NAME_FILE` holds the path of a file with the value of the secret
 * setting `NAME`, as containers hand secrets over. Line breaks at the file's end are not part of the value.
 * @throws TocsinError `invalid_setting` where both are set, or the file cannot be read; never with the file's content
 */
export function withSecretFiles(env: Environment, readFile: (path: string) => string): Environment {
  const filled: Environment = { ...env };
  for (const [name, setting] of Object.entries(SETTINGS)) {
    if (!('secret' in setting)) continue;
    const variable = `${name}_FILE`;
    const path = filled[variable];
    delete filled[variable];
    if (path === undefined || path === '') continue;
    if (filled[name]) throw new TocsinError('invalid_setting', `the settings do not fit:\n  - ${name} and ${variable} are both set; set one of them`);
    try {
      filled[name] = readFile(path).replace(/[\r\n]+$/, '');
    } catch (cause) {
      throw new TocsinError('invalid_setting', `the settings do not fit:\n  - ${variable} names ${JSON.stringify(path)}, which cannot be read`, { cause });
    }
  }
  return filled;
}
