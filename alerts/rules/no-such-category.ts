import { CATEGORIES, CATEGORY_IDS } from '../../core/category.ts';
import { nearest } from './nearest.ts';

/** The id that was most likely meant: by its own letters, its last part, its first part, or its name in either language; null where none is near. */
function nearestCategory(written: string, ids: readonly string[]): string | null {
  const byPart = nearest(written, ids.map((id) => id.split('.').at(-1)!));
  const lower = written.toLowerCase();
  return nearest(written, ids)
    ?? ids.find((id) => id.split('.').at(-1) === byPart)
    ?? ids.find((id) => id.startsWith(`${lower}.`))
    ?? CATEGORY_IDS.find((id) => CATEGORIES[id].zh.includes(written) || CATEGORIES[id].en.toLowerCase().includes(lower))
    ?? null;
}

/** That there is no such category, with the one that was meant. */
export function noSuchCategory(written: string, ids: readonly string[]): string {
  const close = nearestCategory(written, ids);
  return `looks for the category "${written}", which neither the model nor the taxonomy has${close === null ? '.' : `; did you mean ${close}?`} They have ${ids.join(', ')}`;
}
