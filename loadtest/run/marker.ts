/** Where a marker is looked for. */
export const SEEN_AT = ['answered', 'webhook', 'wall', 'counts', 'store'] as const;

export type SeenAt = (typeof SEEN_AT)[number];

/** One unique item: when it was sent and when it was seen, milliseconds since the epoch. */
export interface Marker {
  product: string;
  id: string;
  sentAtMs: number;
  seenAtMs: Partial<Record<SeenAt, number>>;
  /** It was answered 429, so that it is nowhere. */
  isRefused?: true;
}
