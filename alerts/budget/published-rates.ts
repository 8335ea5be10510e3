import type { ChannelKind } from '../channels/config/channel-schema.ts';

/** At most `max` messages in any span of `perMs`. */
export interface RateLimit {
  max: number;
  perMs: number;
}

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

/** What each receiver publishes for one robot, webhook or chat; none where it publishes none. */
export const PUBLISHED_RATES: Record<ChannelKind, readonly RateLimit[]> = {
  console: [],
  webhook: [],
  dingtalk: [{ max: 20, perMs: MINUTE_MS }],
  wecom: [{ max: 20, perMs: MINUTE_MS }],
  feishu: [{ max: 100, perMs: MINUTE_MS }, { max: 5, perMs: SECOND_MS }],
  slack: [{ max: 1, perMs: SECOND_MS }],
  pagerduty: [],
  telegram: [{ max: 20, perMs: MINUTE_MS }, { max: 1, perMs: SECOND_MS }],
  email: [],
  sms: [],
};

/** The limits of a channel: what it says itself in place of the published rate by the minute. */
export function ratesOf(kind: ChannelKind, perMinute: number | undefined): readonly RateLimit[] {
  const published = PUBLISHED_RATES[kind];
  if (perMinute === undefined) return published;
  return [...published.filter(({ perMs }) => perMs < MINUTE_MS), { max: perMinute, perMs: MINUTE_MS }];
}
