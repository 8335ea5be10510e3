import { describe, expect, it, vi } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import type { Operation } from '../../core/operation.ts';
import { MemoryBus } from '../../stream/bus/memory-bus.ts';
import { renderOrder } from '../notify/render-order.ts';
import { orderOf } from '../notify/testing/order-of.ts';
import { opened, OPENED_AT_MS, resolved } from '../notify/testing/sample-events.ts';
import { ZonedTime } from '../notify/time-text.ts';
import { LINK_TTL_MS, LinkSigner } from './action-link.ts';
import { linkPage } from './link-page.ts';
import { LinkUse } from './use-link.ts';
import { withActionLinks } from './with-action-links.ts';

const signer = new LinkSigner(Buffer.alloc(32, 7));
const order = { ...orderOf(opened()), people: ['u7'] };
const about = { channelId: 'ops', language: 'zh' } as const;
const token = signer.linkFor(order, 'acknowledge', about);

interface Used {
  links: LinkUse;
  done: Operation[];
  clock: { nowMs: number };
  bus: MemoryBus;
}

/** A gateway's links; several share what was used over one bus. */
function use(submit: (operation: Operation) => Promise<{ done: boolean }> = async () => ({ done: true }), bus = new MemoryBus({ clock: { nowMs: () => OPENED_AT_MS } })): Used {
  const clock = { nowMs: OPENED_AT_MS + 60_000 };
  const done: Operation[] = [];
  return { bus, clock, done, links: new LinkUse({ signer, used: bus.keyValue('links'), nowMs: () => clock.nowMs, submit: (operation) => { done.push(operation); return submit(operation); } }) };
}

/** As WCAG 2.2 defines it: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const luminance = (colour: string): number => {
    const digits = colour.length === 4 ? [...colour.slice(1)].map((digit) => digit + digit) : (colour.slice(1).match(/../gu) ?? []);
    const [red = 0, green = 0, blue = 0] = digits.map((pair) => Number.parseInt(pair, 16) / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe('a link', () => {
  it('is the same on each attempt, another for each channel and act, and short', () => {
    expect(signer.linkFor(order, 'acknowledge', about)).toBe(token);
    expect(signer.linkFor(order, 'silence', about)).not.toBe(token);
    expect(signer.linkFor(order, 'acknowledge', { ...about, channelId: 'other' })).not.toBe(token);
    expect(token).toMatch(/^[\w-]+\.[\w-]+$/u);
    expect(token.length).toBeLessThan(300);
  });

  it('that is changed in any place, or made with another key, is forged', () => {
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A';
      const opened = signer.open(token.slice(0, at) + other + token.slice(at + 1), OPENED_AT_MS);
      // The last letter of a group may hold bits that say nothing; then it is the same link.
      if (opened.ok) expect(opened.link).toEqual(signer.open(token, OPENED_AT_MS).ok && (signer.open(token, OPENED_AT_MS) as { link: unknown }).link);
    }
    for (const bad of ['', '.', 'a.b', `${token}.x`, 'x'.repeat(10_000), new LinkSigner(Buffer.alloc(32, 8)).linkFor(order, 'acknowledge', about)]) {
      expect(signer.open(bad, OPENED_AT_MS)).toEqual({ ok: false, reason: 'forged' });
    }
  });

  it('expires a day after its page', () => {
    expect(signer.open(token, OPENED_AT_MS + LINK_TTL_MS - 1).ok).toBe(true);
    expect(signer.open(token, OPENED_AT_MS + LINK_TTL_MS)).toMatchObject({ ok: false, reason: 'expired', link: { incidentId: order.incidentId } });
  });

  it('stands on pages that can be acted on: no acknowledging what somebody has, nothing on an end', () => {
    const render = { publicUrl: 'https://tocsin.example', times: new ZonedTime('UTC') };
    const linked = (from: typeof order): object => withActionLinks(renderOrder(from, 'k', render), from, { signer, channel: { id: 'ops', language: 'zh' }, publicUrl: render.publicUrl }).links;
    expect(linked(order)).toMatchObject({ acknowledge: `https://tocsin.example/a/${token}`, silence: expect.stringContaining('/a/') });
    expect(linked({ ...order, incident: { ...order.incident, acknowledgedBy: 'u7' } })).not.toHaveProperty('acknowledge');
    expect(linked({ ...orderOf(resolved()), people: [] })).not.toHaveProperty('silence');
  });
});

describe('using a link', () => {
  it('shows what it does and does nothing when it is opened, however often', async () => {
    const { links, done } = use();
    for (let time = 0; time < 3; time++) expect(await links.show(token)).toMatchObject({ state: 'confirm', link: { act: 'acknowledge', actor: 'u7' } });
    expect(done).toEqual([]);
  });

  it('asks for the same operation, however often its button is pressed at once, and for none after that', async () => {
    const { links, done } = use();
    const states = (await Promise.all([links.act(token), links.act(token), links.act(token)])).map(({ state }) => state);
    expect(states).toEqual(['done', 'done', 'done']);
    // The same operation each time: the desk does it once.
    expect(done).toEqual(Array(3).fill(done[0]));
    expect(done[0]).toEqual({ id: expect.stringMatching(/^link-[\w-]{22}$/u), actor: 'u7', way: 'link', act: { kind: 'acknowledge', target: 'a-1041-0' } });
    expect([(await links.show(token)).state, (await links.act(token)).state]).toEqual(['used', 'used']);
    expect(done).toHaveLength(3);
  });

  it('that died before what it asks for was on the log can be pressed again, as the same operation', async () => {
    const dead = use(() => new Promise(() => undefined));
    void dead.links.act(token);
    await vi.waitFor(() => expect(dead.done).toHaveLength(1));
    const { links, done } = use(undefined, dead.bus);
    expect([(await links.show(token)).state, (await links.act(token)).state, (await links.act(token)).state]).toEqual(['confirm', 'done', 'used']);
    expect(done).toEqual(dead.done);
  });

  it('silences what the page was about, for the hours that were chosen', async () => {
    const { links, done, clock } = use();
    await links.act(signer.linkFor(order, 'silence', about), 24);
    expect(done[0]?.act).toMatchObject({
      kind: 'silence',
      silence: {
        author: 'u7', startsAtMs: clock.nowMs, endsAtMs: clock.nowMs + 24 * 3_600_000,
        matchers: [{ field: 'workspace', operator: '=', value: 'default' }, { field: 'rule', operator: '=', value: 'complaint-burst' }, { field: 'category', operator: '=', value: 'logistics' }],
      },
    });
    const second = use();
    await second.links.act(signer.linkFor({ ...order, id: 'x', people: [] }, 'silence', about), 9_999);
    expect(second.done[0]).toMatchObject({ actor: 'channel:ops', act: { silence: { endsAtMs: second.clock.nowMs + 24 * 3_600_000 } } });
  });

  it('may be tried again where the log was away, and says so where the desk refuses', async () => {
    let isAway = true;
    const away = use(async () => {
      if (isAway) throw new TocsinError('log_unavailable', 'away', { retryable: true });
      return { done: false };
    });
    expect((await away.links.act(token)).state).toBe('unavailable');
    isAway = false;
    expect((await away.links.act(token)).state).toBe('pending');
    expect(new Set(away.done.map(({ id }) => id)).size).toBe(1);
    const refused = use(async () => { throw new TocsinError('conflict', 'The incident is over.'); });
    expect(await refused.links.act(token)).toMatchObject({ state: 'refused', error: { code: 'conflict', message: 'The incident is over.' } });
  });

  it('refuses what is forged or has expired, and forgets used links that have', async () => {
    const { links, done, clock } = use();
    await links.act(token);
    clock.nowMs += LINK_TTL_MS;
    expect((await links.act(token)).state).toBe('expired');
    expect((await links.act('forged.token')).state).toBe('forged');
    expect(done).toHaveLength(1);
  });
});

describe('the page behind a link', () => {
  const link = (signer.open(token, OPENED_AT_MS) as { link: NonNullable<Parameters<typeof linkPage>[1]>['link'] }).link!;
  it.each(['confirm', 'done', 'pending', 'used', 'expired', 'forged', 'refused', 'unavailable'] as const)('%s speaks both languages', (state) => {
    const { html, status } = linkPage(state, { link: { ...link, language: 'en' } });
    expect(html).toMatch(/<html lang="en">/u);
    expect(html).toMatch(/[\u4e00-\u9fff]/u);
    expect(status).toBeGreaterThanOrEqual(200);
    // What says that it may be pressed again has its button.
    expect(html.includes('<form method="post">')).toBe(state === 'confirm' || state === 'unavailable');
    expect(html).toContain(`href="../?alert=${link.incidentId}&amp;lang=en"`);
  });

  it.each(['light', 'dark'])('has a contrast of 7:1 for each text on a %s screen', (scheme) => {
    const { html } = linkPage('confirm', { link });
    const [light = '', dark = ''] = [...html.matchAll(/:root\{([^}]*)\}/gu)].map(([, declared]) => declared);
    const colours = Object.fromEntries([...`${light};${scheme === 'dark' ? dark : ''}`.matchAll(/--([\w-]+):(#[\da-f]+)/gu)].map(([, name, value]) => [name, value as string]));
    for (const [text, ground] of [['text', 'ground'], ['text-2', 'ground'], ['on-act', 'act']] as const) expect(contrast(colours[text]!, colours[ground]!), `${text} on ${ground}`).toBeGreaterThanOrEqual(7);
  });

  it('leads to the console where the link says nothing', () => {
    expect(linkPage('forged').html).toContain('href="../?lang=zh"');
  });

  it('shows what a group holds as text', () => {
    expect(linkPage('confirm', { link: { ...link, group: { store: '<script>x</script>' } } }).html).not.toContain('<script>');
  });
});
