// Writes docs/metrics.md from the registry itself: node scripts/write-metrics.mjs (after a build).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const { createMetrics } = await import('../dist/server/telemetry/metrics.js');
const text = await createMetrics().text();
const help = new Map([...text.matchAll(/^# HELP (tocsin_\w+) (.*)$/gm)].map((match) => [match[1], match[2]]));
const rows = [...text.matchAll(/^# TYPE (tocsin_\w+) (\w+)$/gm)].map(([, name, kind]) => `| \`${name}\` | ${kind} | ${help.get(name)} |`);
writeFileSync(join(root, 'docs', 'metrics.md'), `# Metrics

\`GET /metrics\` answers in Prometheus' text format. Beside the metrics of Node.js itself:

| metric | kind | what it is |
|---|---|---|
${rows.join('\n')}
`);
