import { ConsoleChannel } from '../../alerts/channels/console-channel.ts';
import type { Channel } from '../../alerts/channels/channel.ts';
import { WebhookChannel } from '../../alerts/channels/webhook-channel.ts';
import { Egress } from '../../alerts/egress/egress.ts';
import { DELIVERY_POLICY } from '../../alerts/notify/decide-delivery.ts';
import { Notifier } from '../../alerts/notify/notifier.ts';
import { ZonedTime } from '../../alerts/notify/time-text.ts';
import { DeadLetters } from '../../stream/dead-letters.ts';
import type { Bus } from '../../stream/ports.ts';
import type { AppContext, Role } from './app-context.ts';

/** Alert events to the console, and to the webhook when there is one. */
export async function startNotifierRole({ settings, logger, clock, metrics, health, publicUrl }: AppContext, bus: Bus): Promise<Role> {
  const channels: Channel[] = [new ConsoleChannel({ id: 'console', language: settings.TOCSIN_LANGUAGE, sink: process.stderr })];
  if (settings.TOCSIN_WEBHOOK_URL !== undefined) {
    channels.push(new WebhookChannel({
      id: 'webhook',
      url: settings.TOCSIN_WEBHOOK_URL,
      clock,
      egress: new Egress(settings.TOCSIN_ALLOW_PRIVATE_HOSTS),
      ...(settings.TOCSIN_WEBHOOK_SECRET === undefined ? {} : { secret: settings.TOCSIN_WEBHOOK_SECRET }),
    }));
  }
  const everywhere = channels.map(({ id }) => id);
  const notifier = new Notifier({
    alerts: bus.log('alerts'),
    deliveries: bus.log('deliveries'),
    deadLetters: new DeadLetters(bus.log('dead'), clock, metrics.telemetry),
    channels,
    routes: { byName: new Map([['on-call', everywhere]]), fallback: everywhere },
    policy: DELIVERY_POLICY,
    render: { publicUrl: publicUrl(), times: new ZonedTime(settings.TOCSIN_TIME_ZONE) },
    clock,
    random: Math.random,
    telemetry: metrics.telemetry,
    warn: (message) => logger.warn({ part: 'notifier' }, message),
  });
  await notifier.start();
  health.ok('notifier');
  return {
    async stop(timeoutMs) {
      await notifier.stop(timeoutMs);
      health.notOk('notifier', 'stopped');
    },
  };
}
