import { join } from 'node:path';
import { tap } from 'rxjs';
import { buildChannel } from '../../alerts/channels/build-channel.ts';
import type { ChannelParts } from '../../alerts/channels/build-channel.ts';
import { testChannel } from '../../alerts/channels/test-channel.ts';
import { Secrets } from '../../alerts/channels/secrets.ts';
import { Egress } from '../../alerts/egress/egress.ts';
import { LinkSigner } from '../../alerts/links/action-link.ts';
import { DELIVERY_POLICY } from '../../alerts/notify/decide-delivery.ts';
import { readLostPage } from '../../alerts/notify/lost-pages.ts';
import { Notifier } from '../../alerts/notify/notifier.ts';
import type { RenderOptions } from '../../alerts/notify/render-page.ts';
import { ZonedTime } from '../../alerts/notify/time-text.ts';
import { TocsinError } from '../../core/errors.ts';
import { DeadLetters } from '../../stream/dead-letter-box/dead-letters.ts';
import type { Bus } from '../../stream/ports.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import { SUBJECTS } from '../../stream/subjects.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { BookedChannel, ChannelBook } from '../channels/channel-book.ts';
import { ChannelSet } from '../channels/channel-set.ts';
import { loadLinkKey } from '../links/link-key.ts';
import type { AppContext, Role } from './app-context.ts';
import { watchReasons } from './watch-reasons.ts';

/** Longest attempt of a test page; the caller waits a little longer. */
const TEST_TIMEOUT_MS = 15_000;

/** Alert events to people, over the channels of the book as they are at each moment. */
export async function startNotifierRole(context: AppContext, { bus, store, rules, channels: book }: { bus: Bus; store: Store; rules: RuleBook; channels: ChannelBook }): Promise<Role> {
  const { settings, logger, clock, metrics, health, publicUrl } = context;
  const render: RenderOptions = { publicUrl: publicUrl(), times: new ZonedTime(settings.TOCSIN_TIME_ZONE) };
  const warn = (message: string): void => logger.warn({ part: 'notifier' }, message);
  const set = new ChannelSet({ ...channelParts(context), timers: systemTimers, telemetry: metrics.telemetry, render, warn });
  const reason = watchReasons(context, { bus, store, rules });
  const links = new LinkSigner(await loadLinkKey(settings.TOCSIN_LINK_KEY, bus.keyValue('links')), settings.TOCSIN_LINK_SECONDS * 1_000);
  const notifier = new Notifier({
    reason,
    links,
    incidents: bus.log('incidents'),
    deliveries: bus.log('deliveries'),
    deadLetters: new DeadLetters(bus.log('dead'), clock, metrics.telemetry),
    ...set.use(await book.list(), (error) => warn(error.message)),
    policy: DELIVERY_POLICY,
    render,
    clock,
    random: Math.random,
    telemetry: metrics.telemetry,
    warn,
  });
  await notifier.start();
  const changes = book.sets().pipe(tap((booked) => takeChannels(booked, { set, notifier, warn }))).subscribe();
  const stopTests = bus.respond(SUBJECTS.channelTest, async (body) => {
    const id = new TextDecoder().decode(body);
    const channel = set.bare(id);
    if (channel === undefined) throw new TocsinError('not_found', `there is no channel ${id.slice(0, 64)}`);
    return new TextEncoder().encode(JSON.stringify(await testChannel(channel, { clock, render, links, timeoutMs: TEST_TIMEOUT_MS })));
  });
  const stopAgain = bus.respond(SUBJECTS.pageAgain, async (body) => new TextEncoder().encode(await notifier.sendAgain(readLostPage(body))));
  health.ok('notifier');
  return {
    async stop(timeoutMs) {
      changes.unsubscribe();
      reason.stop();
      stopTests();
      stopAgain();
      await notifier.stop(timeoutMs);
      health.notOk('notifier', 'stopped');
    },
  };
}

/** @throws TocsinError `invalid_channel` for a channel of settings or the file that cannot be used; asked before anything is started. */
export function expectUsableChannels(context: Pick<AppContext, 'settings' | 'clock'>, fixed: readonly BookedChannel[]): void {
  for (const { channel } of fixed) buildChannel(channel, 'anything', channelParts(context));
}

function channelParts({ settings, clock }: Pick<AppContext, 'settings' | 'clock'>): ChannelParts {
  const { TOCSIN_WEBHOOK_URL, TOCSIN_WEBHOOK_SECRET } = settings;
  return {
    clock,
    egress: new Egress(settings.TOCSIN_ALLOW_PRIVATE_HOSTS),
    secrets: new Secrets({ env: { ...process.env, TOCSIN_WEBHOOK_URL, TOCSIN_WEBHOOK_SECRET }, folder: settings.TOCSIN_SECRETS_DIR ?? join(settings.TOCSIN_DATA_DIR, 'secrets') }),
    sink: process.stderr,
    language: settings.TOCSIN_LANGUAGE,
    times: new ZonedTime(settings.TOCSIN_TIME_ZONE),
  };
}

function takeChannels(booked: readonly BookedChannel[], { set, notifier, warn }: { set: ChannelSet; notifier: Notifier; warn(message: string): void }): void {
  const { channels, routes } = set.use(booked, (error) => warn(error.message));
  notifier.use(channels, routes);
}
