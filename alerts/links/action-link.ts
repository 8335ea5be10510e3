import { createHmac, timingSafeEqual } from 'node:crypto';
import type { GroupKey } from '../../core/alert.ts';
import type { PageOrder } from '../../core/page-order.ts';
import type { PageLanguage } from '../notify/summarize.ts';
import type { SlopePicture } from '../pictures/slope-picture.ts';

const LINK_ACTS = ['acknowledge', 'silence'] as const;
export type LinkAct = (typeof LINK_ACTS)[number];

/** What a link does, and until when. */
export interface ActionLink {
  act: LinkAct;
  incidentId: string;
  workspace: string;
  ruleId: string;
  group: GroupKey;
  /** Who acts: the person the page was for, or the channel that it went over. */
  actor: string;
  language: PageLanguage;
  expiresAtMs: number;
  /** The same on each attempt of a page over a channel; used once. */
  nonce: string;
}

/** Where a page leads that has items to look at. */
export interface EvidenceLink {
  alertId: string;
  expiresAtMs: number;
}

export type OpenedEvidence = { ok: true; link: EvidenceLink } | { ok: false; reason: 'forged' } | { ok: false; reason: 'expired'; link: EvidenceLink };

export type OpenedLink = { ok: true; link: ActionLink } | { ok: false; reason: 'forged' } | { ok: false; reason: 'expired'; link: ActionLink };

/** A link works for so long after its page was decided, where nothing else is said. */
export const LINK_TTL_MS = 24 * 3_600_000;
const TOKEN_CHARS_MAX = 4_000;
/** 128 bits each. */
const NONCE_CHARS = 22;
const MAC_CHARS = 22;
/** The evidence of a page can be looked at for so long after it: a weekend, a holiday. */
export const EVIDENCE_TTL_MS = 30 * 24 * 3_600_000;
/** Before what is signed: the address of a picture, or of evidence, opens nothing else. No body holds this sign. */
const PICTURE = 'picture:';
const EVIDENCE = 'evidence:';

/** Makes and reads links that nobody without the key can make. The token holds what it does; nothing is kept until it is used. */
export class LinkSigner {
  readonly #key: Buffer;
  readonly #ttlMs: number;

  /** `key`: 32 bytes or more. */
  constructor(key: Buffer, ttlMs = LINK_TTL_MS) {
    this.#key = key;
    this.#ttlMs = ttlMs;
  }

  /** A function of order, channel and act alone, so every attempt carries the same link. */
  linkFor(order: PageOrder, act: LinkAct, { channelId, language }: { channelId: string; language: PageLanguage }): string {
    const { incidentId, workspace, event, people } = order;
    const link: ActionLink = {
      act, incidentId, workspace, ruleId: event.ruleId, group: event.group, language,
      actor: people.length === 1 && people[0] !== undefined ? people[0] : `channel:${channelId}`,
      expiresAtMs: order.atMs + this.#ttlMs,
      nonce: this.#mac(`${order.id}\n${channelId}\n${act}`).slice(0, NONCE_CHARS),
    };
    const body = Buffer.from(JSON.stringify(packed(link))).toString('base64url');
    return `${body}.${this.#mac(body).slice(0, MAC_CHARS)}`;
  }

  open(token: string, nowMs: number): OpenedLink {
    const body = this.#bodyOf(token, '');
    if (body === null) return { ok: false, reason: 'forged' };
    const link = unpacked(JSON.parse(body) as Packed);
    return nowMs < link.expiresAtMs ? { ok: true, link } : { ok: false, reason: 'expired', link };
  }

  /** The address of a picture holds what is drawn, so nothing is kept and it works for as long as the message is there. */
  pictureToken(picture: SlopePicture): string {
    const { tone, language, counts, before, fireAt, from, to } = picture;
    const body = Buffer.from(JSON.stringify([tone, before, fireAt, from, to, counts, language] satisfies PackedPicture)).toString('base64url');
    return `${body}.${this.#mac(PICTURE + body).slice(0, MAC_CHARS)}`;
  }

  /** Null for one that was not made here. */
  openPicture(token: string): SlopePicture | null {
    const body = this.#bodyOf(token, PICTURE);
    if (body === null) return null;
    // One that an older program made does not say its language.
    const [tone, before, fireAt, from, to, counts, language = 'zh'] = JSON.parse(body) as PackedPicture;
    return { tone, language, before, fireAt, from, to, counts };
  }

  /** A function of the alert and the time of its page alone. */
  evidenceToken(alertId: string, atMs: number): string {
    const body = Buffer.from(JSON.stringify([alertId, Math.floor((atMs + EVIDENCE_TTL_MS) / 1_000)] satisfies PackedEvidence)).toString('base64url');
    return `${body}.${this.#mac(EVIDENCE + body).slice(0, MAC_CHARS)}`;
  }

  openEvidence(token: string, nowMs: number): OpenedEvidence {
    const body = this.#bodyOf(token, EVIDENCE);
    if (body === null) return { ok: false, reason: 'forged' };
    const [alertId, seconds] = JSON.parse(body) as PackedEvidence;
    const link = { alertId, expiresAtMs: seconds * 1_000 };
    return nowMs < link.expiresAtMs ? { ok: true, link } : { ok: false, reason: 'expired', link };
  }

  /** What a token holds; null where its signature does not fit. */
  #bodyOf(token: string, purpose: string): string | null {
    const [body = '', mac = '', more] = token.length > TOKEN_CHARS_MAX ? [] : token.split('.');
    const expected = Buffer.from(this.#mac(purpose + body).slice(0, MAC_CHARS));
    const given = Buffer.from(mac);
    // Only what stands in a body's alphabet, so that no body can begin with a purpose.
    if (more !== undefined || !/^[\w-]+$/u.test(body) || given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    return Buffer.from(body, 'base64url').toString();
  }

  #mac(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

/** Short, because a chat message has room for few bytes: `[act, incident, workspace, rule, group, actor, language, expiry in seconds, nonce]`. */
type Packed = [LinkAct, string, string, string, GroupKey, string, PageLanguage, number, string];

/** `[alert, expiry in seconds]`. */
type PackedEvidence = [string, number];

type PackedPicture = [SlopePicture['tone'], number, number | null, string, string, number[], PageLanguage?];

function packed({ act, incidentId, workspace, ruleId, group, actor, language, expiresAtMs, nonce }: ActionLink): Packed {
  return [act, incidentId, workspace, ruleId, group, actor, language, Math.floor(expiresAtMs / 1_000), nonce];
}

/** The signature was checked before. */
function unpacked([act, incidentId, workspace, ruleId, group, actor, language, seconds, nonce]: Packed): ActionLink {
  return { act, incidentId, workspace, ruleId, group, actor, language, expiresAtMs: seconds * 1_000, nonce };
}
