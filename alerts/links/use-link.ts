import { TocsinError } from '../../core/errors.ts';
import type { Matcher, Operation } from '../../core/operation.ts';
import { MATCH_FIELDS } from '../../core/operation.ts';
import type { KeyValue } from '../../stream/ports.ts';
import { drawPng } from '../pictures/draw-png.ts';
import type { ActionLink, LinkSigner, OpenedEvidence, OpenedLink } from './action-link.ts';
import type { LinkState } from './link-page.ts';

export interface LinkUseOptions {
  signer: LinkSigner;
  /** Links that were used, by nonce. */
  used: KeyValue;
  /** As the incident desk's: the same id again is done once. */
  submit(operation: Operation): Promise<{ done: boolean }>;
  nowMs(): number;
}

export interface LinkAnswer {
  state: LinkState;
  link?: ActionLink;
  /** Why it was refused. */
  error?: TocsinError;
}

const HOUR_MS = 3_600_000;
const HOURS_DEFAULT = 4;
const HOURS_MAX = 24;
const USED_PREFIX = 'used.';
const PRUNE_EVERY_MS = HOUR_MS;

/** What a link leads to: shown when it is opened, done once when its button is pressed. */
export class LinkUse {
  readonly #options: LinkUseOptions;
  #prunedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: LinkUseOptions) {
    this.#options = options;
  }

  /** A PNG; null for an address that was not made here. */
  picture(token: string): Uint8Array | null {
    const picture = this.#options.signer.openPicture(token);
    return picture === null ? null : drawPng(picture);
  }

  evidence(token: string): OpenedEvidence {
    const { signer, nowMs } = this.#options;
    return signer.openEvidence(token, nowMs());
  }

  /** Does nothing: chat clients open links to preview them. */
  async show(token: string): Promise<LinkAnswer> {
    const { signer, used, nowMs } = this.#options;
    const opened = signer.open(token, nowMs());
    if (!opened.ok) return refusal(opened);
    const { link } = opened;
    return { state: (await used.entries()).has(USED_PREFIX + link.nonce) ? 'used' : 'confirm', link };
  }

  /**
   * Does it, once: the link is used up when what it asks for is on the log, so that whoever dies between can press again. Pressed twice at
   * once it is the same operation, which the desk does once. What could not be done for want of a log may be tried again.
   */
  async act(token: string, hours: number = HOURS_DEFAULT): Promise<LinkAnswer> {
    const { signer, used, submit, nowMs } = this.#options;
    const atMs = nowMs();
    const opened = signer.open(token, atMs);
    if (!opened.ok) return refusal(opened);
    const { link } = opened;
    const key = USED_PREFIX + link.nonce;
    try {
      await this.#prune(atMs);
      if ((await used.entries()).has(key)) return { state: 'used', link };
      const { done } = await submit({ id: `link-${link.nonce}`, actor: link.actor, way: 'link', act: actOf(link, { atMs, hours: Math.min(HOURS_MAX, Math.max(1, hours)) }) });
      await used.put(key, String(link.expiresAtMs)).catch(() => undefined);
      return { state: done ? 'done' : 'pending', link };
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      return error.retryable ? { state: 'unavailable', link } : { state: 'refused', link, error };
    }
  }

  /** Links that have expired are refused by their time. */
  async #prune(atMs: number): Promise<void> {
    if (atMs - this.#prunedAtMs < PRUNE_EVERY_MS) return;
    this.#prunedAtMs = atMs;
    for (const [key, expiresAtMs] of await this.#options.used.entries()) {
      if (key.startsWith(USED_PREFIX) && Number(expiresAtMs) < atMs) await this.#options.used.delete(key);
    }
  }
}

/** One that expired still says what it was about. */
function refusal(opened: Exclude<OpenedLink, { ok: true }>): LinkAnswer {
  return opened.reason === 'expired' ? { state: 'expired', link: opened.link } : { state: 'forged' };
}

function actOf({ act, incidentId, ruleId, workspace, group, actor, nonce }: ActionLink, { atMs, hours }: { atMs: number; hours: number }): Operation['act'] {
  switch (act) {
    case 'acknowledge':
      return { kind: 'acknowledge', target: incidentId };
    case 'silence': {
      const matchers: Matcher[] = [['workspace', workspace], ['rule', ruleId], ...Object.entries(group)]
        .flatMap(([field = '', value = '']) => { const known = MATCH_FIELDS.find((each) => each === field); return known === undefined ? [] : [{ field: known, operator: '=' as const, value }]; });
      return { kind: 'silence', silence: { id: `link-${nonce}`, matchers, author: actor, reason: '由消息链接静默 · silenced by a link in a page', startsAtMs: atMs, endsAtMs: atMs + hours * HOUR_MS, createdAtMs: atMs } };
    }
  }
}
