import { join } from 'node:path';
import { packageRoot } from '../app/package-root.ts';

/** The product's own sample feedback, from sources and from dist/ alike. */
export function samplesFolder(): string {
  return join(packageRoot(), 'samples');
}
