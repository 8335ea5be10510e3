import type { Card } from '../../cards/card.ts';
import { fitCard, utf8Bytes } from '../../cards/fit-card.ts';
import { plainOf } from '../../cards/plain-text.ts';
import type { Page } from '../../notify/page.ts';
import { shortenToUnits } from '../../notify/safe-text.ts';
import type { Adapter } from '../adapter.ts';
import { secretsOf } from '../answer-words.ts';
import { jsonObject, judgeVerdict, refused, setup, TAKEN, textOf } from '../read-verdict.ts';
import type { BodyVerdict } from '../read-verdict.ts';
import type { HttpAnswer } from '../http-post.ts';
import { readUrl } from '../robot-channel.ts';

const API = 'https://events.pagerduty.com/v2/enqueue';
const DEDUP_CHARS_MAX = 255;
const SUMMARY_CHARS_MAX = 1_024;
/** An event may have 512 KB. */
const BODY_BYTES_MAX = 500_000;

/** PagerDuty's Events API v2: one incident there for one alert here, whose id is the deduplication key. */
export function pagerdutyAdapter({ routingKey, url = API }: { routingKey: string; url?: string }): Adapter {
  const address = readUrl(url, 'PagerDuty\'s address');
  const hidden = [routingKey, ...secretsOf(address)];
  return {
    kind: 'pagerduty',
    host: address.hostname,
    hidden,
    takesDigests: false,
    hearsAcknowledgements: true,
    compose(card, page) {
      if (page === null) throw new RangeError('PagerDuty takes no digest');
      const body = fitCard(card, (smaller) => JSON.stringify(eventOf(smaller, page, routingKey)), (written) => utf8Bytes(written) <= BODY_BYTES_MAX);
      return { url: address, body, ...(body.includes('"images":[{') ? { hasPicture: true as const } : {}) };
    },
    holds: () => true,
    judge: (answer, nowMs) => judgeVerdict(answer, verdictOf(answer), { hidden, nowMs, name: 'PagerDuty' }),
  };
}

function verdictOf({ status, bodyStart }: HttpAnswer): BodyVerdict | null {
  const body = jsonObject(bodyStart);
  const code = textOf(body?.['status']);
  if (code === '') return null;
  const errors = Array.isArray(body?.['errors']) ? body['errors'].filter((each) => typeof each === 'string').join('; ') : '';
  const words = [textOf(body?.['message']), errors].filter((part) => part !== '').join(': ');
  if (status === 202 && code === 'success') return { code, words, meaning: TAKEN };
  if (status === 400) return { code, words, meaning: /routing_key|routing key/iu.test(words) ? setup('wrong-key') : refused(/too large|size/iu.test(words) ? 'too-large' : 'invalid-message') };
  // What is left (429, 5xx) is judged by its status.
  return null;
}

/** Facts by their label, lists by their title, the rest under `note`. */
function detailsOf({ blocks, language }: Card): Record<string, string | string[]> {
  const facts = blocks.filter(({ style }) => style === 'facts').flatMap(({ lines }) => lines.map(({ label, text }): [string, string] => [label ?? '', text]));
  const lists = blocks.filter(({ title }) => title !== null).map(({ title, lines }): [string, string[]] => [title ?? '', lines.map((line) => plainOf(line, language))]);
  const notes = blocks.filter(({ style }) => style === 'note').flatMap(({ lines }) => lines.map((line) => plainOf(line, language)));
  return { ...Object.fromEntries([...facts, ...lists]), note: notes };
}

/** An acknowledgement, and a page that gives an acknowledged incident to somebody, acknowledge it there; one that says it grew rings again. */
function actionOf({ event, reason, incident }: Page): 'trigger' | 'acknowledge' | 'resolve' {
  if (event === 'resolved') return 'resolve';
  if (reason === 'acknowledged') return 'acknowledge';
  return reason === 'handed-over' && incident?.state === 'acknowledged' ? 'acknowledge' : 'trigger';
}

const SEVERITIES = { critical: 'critical', warning: 'warning', notice: 'info' } as const;

function eventOf(card: Card, page: Page, routingKey: string): object {
  const common = { routing_key: routingKey, dedup_key: page.alertId.slice(0, DEDUP_CHARS_MAX) };
  const action = actionOf(page);
  if (action !== 'trigger') return { ...common, event_action: action };
  return {
    ...common,
    event_action: 'trigger',
    client: 'Tocsin',
    client_url: page.links.wall,
    ...(card.picture?.url?.startsWith('https:') === true ? { images: [{ src: card.picture.url, alt: card.picture.alt }] } : {}),
    links: card.links.map(({ label, url }) => ({ href: url, text: label })),
    payload: {
      summary: shortenToUnits(card.headline, SUMMARY_CHARS_MAX),
      source: `tocsin/${page.workspace}`,
      severity: SEVERITIES[page.severity],
      timestamp: page.at,
      component: page.groupName[card.language],
      group: page.rule.id,
      class: page.rule.title[card.language],
      custom_details: detailsOf(card),
    },
  };
}
