// Writes the boards' JSON beside their source: `npm run boards`.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderFiles } from './render-files.ts';

// Compiled, this file lies below dist/, the JSON beside the source.
const here = dirname(fileURLToPath(import.meta.url)).replace(/([/\\])dist[/\\](?=dashboards[/\\])/, '$1');
const folder = join(here, 'json');
rmSync(folder, { recursive: true, force: true });
for (const [path, content] of renderFiles()) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  console.log(`dashboards/grafana/json/${path}`);
}
