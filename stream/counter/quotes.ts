import type { QuotedItem } from '../../core/alert.ts';
import type { FeedbackItem } from '../../core/feedback.ts';

export const QUOTES_MAX = 3;

/** The latest items of the groups that are close to firing, at most three each, newest first. */
export class Quotes {
  readonly #byKey: Map<number, QuotedItem[]>;
  readonly #groupsMax: number;
  readonly #charsMax: number;
  /** Stands before the key that came first. Kept, since a new one would go past all places of keys that were deleted. */
  readonly #oldest: Iterator<number>;

  constructor(limits: { quotedGroupsMax: number; quoteCharsMax: number }, saved: [number, QuotedItem[]][] = []) {
    this.#groupsMax = limits.quotedGroupsMax;
    this.#charsMax = limits.quoteCharsMax;
    this.#byKey = new Map(saved);
    this.#oldest = this.#byKey.keys();
  }

  note(key: number, item: FeedbackItem, createdAtMs: number): void {
    const quotes = this.#byKey.get(key);
    if (quotes === undefined) {
      this.#byKey.set(key, [this.quote(item, createdAtMs)]);
      if (this.#byKey.size > this.#groupsMax) this.#byKey.delete(this.#oldest.next().value);
      return;
    }
    let at = 0;
    while (at < quotes.length && quotes[at]!.createdAtMs > createdAtMs) at++;
    if (at >= QUOTES_MAX) return;
    // Another array each time: a saved state may still hold the one before.
    this.#byKey.set(key, [...quotes.slice(0, at), this.quote(item, createdAtMs), ...quotes.slice(at, QUOTES_MAX - 1)]);
  }

  holds(key: number, id: string, createdAtMs: number): boolean {
    return this.#byKey.get(key)?.some((quote) => quote.id === id && quote.createdAtMs === createdAtMs) ?? false;
  }

  /** Quotes of a window `(afterMs, upToMs]`. */
  of(key: number, afterMs: number, upToMs: number): QuotedItem[] {
    return (this.#byKey.get(key) ?? []).filter((quote) => quote.createdAtMs > afterMs && quote.createdAtMs <= upToMs);
  }

  forget(key: number): void {
    this.#byKey.delete(key);
  }

  save(): [number, QuotedItem[]][] {
    return [...this.#byKey];
  }

  quote(item: FeedbackItem, createdAtMs: number): QuotedItem {
    return { id: item.id, text: clip(item.text, this.#charsMax), channel: item.channel, createdAtMs };
  }

}

/** At most `charsMax` UTF-16 units, never half a character. A copy, so that a short quote does not keep a long text in memory. */
function clip(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const end = isHighSurrogate(text.charCodeAt(charsMax - 2)) ? charsMax - 2 : charsMax - 1;
  return [text.slice(0, end), '…'].join('');
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
