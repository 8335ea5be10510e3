import type { Card, CardBlock } from '../../cards/card.ts';
import { blockLines } from '../../cards/plain-text.ts';
import type { PageLanguage } from '../../notify/summarize.ts';
import { fitCard } from '../../cards/fit-card.ts';
import { shortenToUnits } from '../../notify/safe-text.ts';
import type { Adapter } from '../adapter.ts';
import { secretsOf } from '../answer-words.ts';
import { judgeVerdict, refused, setup, slowDown, TAKEN } from '../read-verdict.ts';
import type { BodyVerdict, CodeMeaning } from '../read-verdict.ts';
import { readUrl } from '../robot-channel.ts';

/** Characters of Block Kit's texts, and fields of a section. */
const HEADER_CHARS_MAX = 150;
const SECTION_CHARS_MAX = 3_000;
const FIELD_CHARS_MAX = 2_000;
const FIELDS_MAX = 10;
const FALLBACK_CHARS_MAX = 3_000;

/** A webhook may send one message a second; Slack names the time to wait in Retry-After. */
const HELD_UP_MS = 1_000;

const MEANINGS: Record<string, CodeMeaning> = {
  ok: TAKEN,
  invalid_payload: refused(), invalid_blocks: refused(), invalid_blocks_format: refused(), no_text: refused(), too_many_attachments: refused('too-large'), msg_too_long: refused('too-large'), missing_text_or_fallback_or_attachments: refused(),
  invalid_token: setup('wrong-key'), no_service: setup('wrong-key'), no_service_id: setup('wrong-key'), no_active_hooks: setup('wrong-key'), no_team: setup('wrong-key'), team_disabled: setup('robot-disabled'),
  action_prohibited: setup('not-permitted'), posting_to_general_channel_denied: setup('not-permitted'), channel_not_found: setup('chat-gone'), channel_is_archived: setup('chat-gone'), user_not_found: setup('chat-gone'),
  rate_limited: slowDown(HELD_UP_MS), ratelimited: slowDown(HELD_UP_MS), rollup_error: { is: 'later', fault: 'page', why: 'busy' },
};

/** Slack's incoming webhook: blocks, and the headline as the text of the notification. It answers in words. */
export function slackAdapter({ url }: { url: string }): Adapter {
  const address = readUrl(url, 'The Slack webhook\'s address');
  const hidden = secretsOf(address);
  return {
    kind: 'slack',
    host: address.hostname,
    hidden,
    compose(card) {
      const message = fitCard(card, messageOf, fits);
      return { url: address, body: JSON.stringify(message), ...(message.blocks.some(({ type }) => type === 'image') ? { hasPicture: true as const } : {}) };
    },
    holds: (card) => fits(messageOf(card)),
    judge: (answer, nowMs) => judgeVerdict(answer, verdictOf(answer.bodyStart), { hidden, nowMs, name: 'Slack' }),
  };
}

function verdictOf(body: string): BodyVerdict | null {
  const code = /^[a-z_]{2,60}/u.exec(body.trim())?.[0] ?? '';
  const meaning = Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : undefined;
  return meaning === undefined ? null : { code, words: '', meaning };
}

interface SlackMessage {
  text: string;
  blocks: { type: string; text?: SlackText; fields?: SlackText[]; elements?: object[]; image_url?: string; alt_text?: string }[];
}
interface SlackText {
  type: 'plain_text';
  text: string;
  emoji: false;
}

const MARKS = { critical: '🔴', warning: '🟠', notice: '🔵', resolved: '🟢' } as const;

/** Every text is plain: customers' words are no markup and mention nobody. */
function messageOf(card: Card): SlackMessage {
  const headline = `${MARKS[card.tone]} ${card.headline}`;
  const buttons = card.links.map(({ kind, label, url }) => ({ type: 'button', text: plain(label), url, action_id: kind, ...(kind === 'acknowledge' ? { style: 'primary' } : {}) }));
  const long = headline.length > HEADER_CHARS_MAX;
  return {
    // The notification's own text is markup, so its three signs are escaped.
    text: shortenToUnits(headline, FALLBACK_CHARS_MAX).replace(/&/gu, '&amp;').replace(/</gu, '&lt;').replace(/>/gu, '&gt;'),
    blocks: [
      { type: 'header', text: plain(shortenToUnits(headline, HEADER_CHARS_MAX - 10)) },
      ...(long ? [{ type: 'section', text: plain(headline) }] : []),
      ...(card.picture === undefined || card.picture.url === null ? [] : [{ type: 'image', image_url: card.picture.url, alt_text: card.picture.alt }]),
      ...card.blocks.map((each) => block(each, card.language)),
      ...(buttons.length === 0 ? [] : [{ type: 'actions', elements: buttons }]),
    ],
  };
}

function block(of: CardBlock, language: PageLanguage): SlackMessage['blocks'][number] {
  switch (of.style) {
    case 'facts':
      return { type: 'section', fields: of.lines.map(({ label, text }) => plain(`${label ?? ''}\n${text}`)) };
    case 'list':
    case 'quotes':
      return { type: 'section', text: plain(blockLines(of, language).join('\n')) };
    case 'note':
      return { type: 'context', elements: [plain(blockLines(of, language).join('\n'))] };
  }
}

function plain(text: string): SlackText {
  return { type: 'plain_text', text, emoji: false };
}

function fits({ blocks }: SlackMessage): boolean {
  return blocks.every(({ text, fields = [], elements = [] }) => (text?.text.length ?? 0) <= SECTION_CHARS_MAX && fields.length <= FIELDS_MAX
    && fields.every((field) => field.text.length <= FIELD_CHARS_MAX) && elements.every((element) => !('text' in element) || typeof element.text !== 'string' || element.text.length <= FIELD_CHARS_MAX));
}
