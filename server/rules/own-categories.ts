import { readTaxonomy } from '../../models/taxonomy.ts';

/** Ids of the company's own categories; none where the taxonomy cannot be read, which the scorer tells of. `file`: the setting `TOCSIN_TAXONOMY_FILE`. */
export function ownCategories(file: string | undefined): string[] {
  try {
    return readTaxonomy(file).categories.map(({ id }) => id);
  } catch {
    return [];
  }
}
