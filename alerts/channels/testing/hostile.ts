import fc from 'fast-check';
import type { PageOrder } from '../../../core/page-order.ts';
import { LinkSigner } from '../../links/action-link.ts';
import { sampleEvidenceToken } from '../../links/testing/sample-evidence.ts';
import { withActionLinks, withChartLink } from '../../links/with-action-links.ts';
import type { Page } from '../../notify/page.ts';
import { withFindings } from '../../notify/render-findings.ts';
import { renderOrder } from '../../notify/render-order.ts';
import { orderOf } from '../../notify/testing/order-of.ts';
import { opened } from '../../notify/testing/sample-events.ts';
import type { Findings } from '../../reason/findings.ts';
import { NOW_MS, TIMES } from './robot-pages.ts';

/** What markups, terminals and counters of characters stumble over. */
const PIECES = [
  '👨‍👩‍👧‍👦', '🏳️‍🌈', '\ud83d', '\udc68', 'e\u0301\u0301\u0301\u0301', 'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢', '\u202e', '\u2028', '\u0000', '\u001b[31m', '\r\n', '   ', '等了十天还没到', 'x'.repeat(60),
  '<script>alert(1)</script>', '</font>', '</blockquote>', '<@all>', '<!channel>', '<at user_id="all">x</at>', '@所有人', '[点这里](http://evil.example)', '![x](http://evil.example/p.png)',
  '**粗**', '__', '~~', '```', '# ', '> ', '- ', '| a | b |', '\\', '&lt;', '&#60;', '&', '"', '\'', '{{count}}', '${x}', '%0d%0a', '(', ')', '%',
];

const hostileText = (piecesMax: number): fc.Arbitrary<string> => fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: piecesMax }).map((pieces) => pieces.join(''));

const signer = new LinkSigner(Buffer.alloc(32, 7));

const findings = fc.record({
  items: fc.integer({ min: 3, max: 400 }),
  facets: fc.array(fc.record({ kind: fc.constantFrom('field', 'attribute', 'term'), field: fc.constantFrom('store', 'version', hostileFieldName()), value: hostileText(10), count: fc.nat(400), of: fc.nat(400), usualShare: fc.option(fc.double({ min: 0, max: 1, noNaN: true })) }), { maxLength: 4 }),
  newTerms: fc.array(hostileText(4), { maxLength: 5 }),
  nearDuplicates: fc.nat(50),
  counts: fc.array(fc.nat(500), { minLength: 12, maxLength: 12 }),
  models: fc.array(hostileText(3), { maxLength: 3 }),
}).map(({ counts, ...found }): Findings => ({ ...found, count: 400, baseline: 600, facets: found.facets as Findings['facets'], quotes: [], trend: { bucketMs: 7_200_000, counts }, pace: { spanMs: 7_200_000, latest: counts.at(-1) ?? 0, before: counts.at(-2) ?? 0 } }));

function hostileFieldName(): string {
  return `a${'字'.repeat(60)}`;
}

/** A page whose every text from outside is as bad as admission lets it be, with findings, trust line and links to act by. */
export const hostilePage: fc.Arbitrary<Page> = fc.record({
  store: hostileText(20).map((text) => text.slice(0, 200)),
  title: hostileText(20).map((text) => text.slice(0, 200)),
  quotes: fc.array(hostileText(200), { maxLength: 3 }),
  causes: fc.array(hostileText(20), { maxLength: 10 }),
  owner: fc.option(hostileText(10)),
  count: fc.integer({ min: 0, max: 10_000_000 }),
  found: findings,
}).map(({ store, title, quotes, causes, owner, count, found }) => {
  const event = opened({ group: { store }, title: { zh: title, en: title }, count, quotes: quotes.map((text, index) => ({ id: `f${index}`, text, channel: 'app', createdAtMs: NOW_MS })) });
  const plain = orderOf(event);
  const order: PageOrder = {
    ...plain, detail: { zh: title, en: title }, people: ['u7'],
    incident: { ...plain.incident, assignee: owner, alerts: causes.length, alertsFiring: causes.length, causes: causes.map((cause, index) => ({ alertId: `a${index}`, ruleId: 'r', title: { zh: cause, en: cause }, group: { store: cause }, severity: 'warning', state: 'firing', count: index, peak: index })) },
  };
  const render = { publicUrl: 'https://tocsin.example', times: TIMES, evidenceToken: sampleEvidenceToken };
  const page = withFindings(renderOrder(order, 'k', render), found, { exact: false, lowerBound: ['scorer-lag', 'counter-lag'], lagMs: 12_345, deadLetters: 3 });
  return withChartLink(withActionLinks(page, order, { signer, channel: { id: 'ops', language: 'zh' }, publicUrl: render.publicUrl }), { ...render, signer, channel: { language: 'zh' } });
});
