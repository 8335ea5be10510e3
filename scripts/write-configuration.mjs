// Writes docs/configuration.md from the settings' own table: node scripts/write-configuration.mjs (after a build).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const { SETTINGS } = await import('../dist/server/config/settings.js');
const secrets = Object.entries(SETTINGS).filter(([, setting]) => 'secret' in setting).map(([name]) => name);
const rows = Object.entries(SETTINGS).map(([name, { defaultText, about }]) => `| \`${name}\` | ${defaultText} | ${about} |`);
writeFileSync(join(root, 'docs', 'configuration.md'), `# Configuration

Every setting is an environment variable, read once at start. A value that does not fit, and an unknown \`TOCSIN_*\`
variable, stop the start with a sentence that names it; \`TOCSIN_SECRET_*\` is free for the secrets of channels.

A secret may stand in a file instead, whose path is in \`NAME_FILE\`: ${secrets.map((name) => `\`${name}\``).join(', ')}.

| variable | default | what it does |
|---|---|---|
${rows.join('\n')}
`);
