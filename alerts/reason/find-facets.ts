import type { StoredItem } from '../../core/stored-item.ts';
import { FACETS_MAX } from './findings.ts';
import type { Facet } from './findings.ts';
import { candidateTerms, mentions } from './terms.ts';

/** A facet needs so many items, so large a share of them, and so many times its usual share. */
export const ITEMS_MIN = 3;
const SHARE_MIN = 0.1;
const LIFT_MIN = 2;
/** Fewer earlier items than this say nothing of what is usual; then a facet must hold for most items. */
const BASELINE_MIN = 20;
const SHARE_ALONE_MIN = 0.6;
/** Two words, or two values, that share so much of their items (Jaccard) are one: the stronger is told. A word never hides a value: nearly all crashes say so, and one version may be why. */
const SAME_MIN = 0.7;
/** A value that nearly every item has is no cause where nothing is known of what is usual. */
const VALUES_MAX = 200;

const FIELDS = ['product', 'store', 'region', 'channel', 'agent', 'customerTier', 'customerGroup'] as const;
export type FacetField = (typeof FIELDS)[number];

interface Candidate {
  facet: Facet;
  /** Places of the items that have it. */
  places: Set<number>;
  strength: number;
}

/**
 * What items have in common that earlier ones have not: values of fields, attributes and words, by how much more frequent
 * they are. The strength is the signed root of the log-likelihood ratio (Dunning 1993), so a value of few items needs a
 * larger lift. `known`: fields that the rule groups by, which every item shares.
 */
export function findFacets(items: readonly StoredItem[], baseline: readonly StoredItem[], known: readonly string[]): Facet[] {
  const hasBaseline = baseline.length >= BASELINE_MIN;
  const candidates = [...fieldCandidates(items, baseline, known), ...termCandidates(items, baseline)]
    .map((candidate) => ({ ...candidate, strength: strengthOf(candidate.facet, hasBaseline ? baseline.length : null) }))
    .filter(({ strength }) => strength > 0)
    .sort((a, b) => b.strength - a.strength || (a.facet.value < b.facet.value ? -1 : 1));
  const chosen: Candidate[] = [];
  for (const candidate of candidates) {
    if (chosen.length === FACETS_MAX) break;
    if (!chosen.some((other) => isWord(other) === isWord(candidate) && jaccard(other.places, candidate.places) >= SAME_MIN)) chosen.push(candidate);
  }
  return chosen.map(({ facet }) => (hasBaseline ? facet : { ...facet, usualShare: null }));
}

function fieldCandidates(items: readonly StoredItem[], baseline: readonly StoredItem[], known: readonly string[]): Omit<Candidate, 'strength'>[] {
  const usual = new Map<string, number>();
  for (const item of baseline) for (const key of keysOf(item, known)) usual.set(key, (usual.get(key) ?? 0) + 1);
  const places = new Map<string, Set<number>>();
  items.forEach((item, place) => {
    for (const key of keysOf(item, known)) {
      const found = places.get(key) ?? new Set<number>();
      found.add(place);
      if (places.size < VALUES_MAX * FIELDS.length || places.has(key)) places.set(key, found);
    }
  });
  return [...places].map(([key, of]) => {
    const [kind = '', field = '', value = ''] = JSON.parse(key) as string[];
    return { places: of, facet: { kind: kind as Facet['kind'], field, value, count: of.size, of: items.length, usualShare: (usual.get(key) ?? 0) / Math.max(1, baseline.length) } };
  });
}

function keysOf({ item }: StoredItem, known: readonly string[]): string[] {
  const values: Record<FacetField, string | undefined> = {
    product: item.product, store: item.store, region: item.region, channel: item.channel, agent: item.agent, customerTier: item.customer?.tier, customerGroup: item.customer?.group,
  };
  const fields = FIELDS.filter((field) => !known.includes(field)).flatMap((field) => (values[field] === undefined ? [] : [JSON.stringify(['field', field, values[field]])]));
  const attributes = Object.entries(item.attributes ?? {}).flatMap(([name, value]) => (value === null || value === '' ? [] : [JSON.stringify(['attribute', name, String(value)])]));
  return [...fields, ...attributes];
}

function termCandidates(items: readonly StoredItem[], baseline: readonly StoredItem[]): Omit<Candidate, 'strength'>[] {
  return candidateTerms(items, ITEMS_MIN).map((term) => {
    const places = new Set(items.flatMap((item, place) => (mentions(item, term) ? [place] : [])));
    const usual = baseline.reduce((sum, item) => sum + (mentions(item, term) ? 1 : 0), 0);
    return { places, facet: { kind: 'term', field: '', value: term, count: places.size, of: items.length, usualShare: usual / Math.max(1, baseline.length) } };
  });
}

/** 0 for what is no cause. `baseline`: earlier items, null where they are too few. */
function strengthOf({ count, of, usualShare, kind }: Facet, baseline: number | null): number {
  const share = count / of;
  if (count < ITEMS_MIN || share < SHARE_MIN) return 0;
  // What all of them share may be what everybody shares.
  // A value says more than a word that may only name the matter.
  if (baseline === null) return share < SHARE_ALONE_MIN ? 0 : kind === 'term' ? share : share < 1 ? 1 + share : 0;
  const usual = (usualShare ?? 0) * baseline;
  const expected = (usual + 0.5) / (baseline + 1);
  if (share < expected * LIFT_MIN) return 0;
  const together = (count + usual) / (of + baseline);
  const part = (observed: number, size: number): number => (observed === 0 ? 0 : observed * Math.log(observed / (size * together)));
  const rest = (observed: number, size: number): number => (observed === size ? 0 : (size - observed) * Math.log((size - observed) / (size * (1 - together))));
  const ratio = 2 * (part(count, of) + part(usual, baseline) + rest(count, of) + rest(usual, baseline));
  // 10.83: one in a thousand by chance (chi-square, one degree of freedom).
  return ratio >= 10.83 ? Math.sqrt(ratio) : 0;
}

function isWord({ facet }: Candidate): boolean {
  return facet.kind === 'term';
}

function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let shared = 0;
  for (const place of a) if (b.has(place)) shared += 1;
  return shared / (a.size + b.size - shared);
}
