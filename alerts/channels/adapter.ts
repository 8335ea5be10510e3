import type { Card } from '../cards/card.ts';
import type { Page } from '../notify/page.ts';
import type { SendOutcome } from './channel.ts';
import type { HttpAnswer } from './http-post.ts';

/** What is posted for one page. */
export interface OutboundMessage {
  url: URL;
  body: string | Uint8Array;
  /** Whether the card's picture is in it: a receiver that refuses it is sent the card without. */
  hasPicture?: true;
  headers?: Readonly<Record<string, string>>;
}

/** What one kind of receiver wants and answers; RobotChannel does the rest. Pure apart from signatures. */
export interface Adapter {
  readonly kind: string;
  /** Host that is called, as the address writes it. */
  readonly host: string;
  /** Texts that must not stand in any record: keys and the addresses that hold them. */
  readonly hidden: readonly string[];
  /** `page`: what the card was made of; null for a digest. */
  compose(card: Card, page: Page | null, nowMs: number): OutboundMessage;
  /** Whether a card goes out as it is, with nothing left out. */
  holds(card: Card): boolean;
  /** Of an answer with any status. */
  judge(answer: HttpAnswer, nowMs: number): SendOutcome;
  /** As a channel's. */
  readonly hearsAcknowledgements?: boolean;
  /** False where each page must be a message of its own. True when absent. */
  readonly takesDigests?: boolean;
}
