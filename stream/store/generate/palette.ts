import type { CategoryId } from '../../../core/category.ts';
import type { Channel } from '../../../core/feedback.ts';
import type { Sentiment } from '../../../core/score.ts';

/** One item to draw from. Absent texts are empty, absent numbers -1 (rating: 0). */
export interface PaletteItem {
  text: string;
  category: CategoryId;
  sentiment: Sentiment;
  channel: Channel;
  language: 'zh' | 'en';
  product: string;
  store: string;
  region: string;
  agent: string;
  order: string;
  ticket: string;
  customer: string;
  tier: string;
  group: string;
  rating: number;
  nps: number;
  waitSeconds: number;
  /** 0, 1 or -1. */
  resolved: number;
}

export interface HistoryPalette {
  /** Sorted by category; at least one of each. */
  items: readonly PaletteItem[];
  /** As many for each language and sentiment; the first is ''. */
  endings: Record<PaletteItem['language'], Record<Sentiment, readonly string[]>>;
}

/** Rows of one span of time, at most a month's, with the shares of categories and hours in it. */
export interface HistorySlice {
  fromMs: number;
  toMs: number;
  rows: number;
  /** Rows of each category, in the palette's order; they add up to `rows`. */
  rowsByCategory: readonly number[];
  /** For each category as many hours, counted from `fromMs`, each as often as its share. */
  hours: readonly (readonly number[])[];
}
