import { TocsinError } from '../../core/errors.ts';

/** Limits and horizons of duplicate detection. All memory is bounded by them. */
export interface DuplicateConfig {
  /** The same customer's near-equal text counts once within this time after the first; 1 minute to 30 days. */
  horizonMs: number;
  /** As `horizonMs`, for texts so short that they say little: those must be equal, too. */
  shortHorizonMs: number;
  /** Texts remembered within the horizon, a power of two from 4,096 to 16,777,216. Past it the oldest are forgotten sooner, and a notice says so. */
  itemsMax: number;
  /** A customer's latest texts that a new one is compared with. */
  perCustomerMax: number;
  /** Different customers with one text within the horizon from which on it is a campaign; 2 to 64. */
  campaignCustomers: number;
  /** Groups of near-equal texts of different customers. Past it the one silent for longest is forgotten, and a notice says so. */
  campaignsMax: number;
  /** Customers and texts of all these groups; past it their numbers are lower bounds, and a notice says so. */
  campaignMembersMax: number;
  /** What a customer was known by is filled into items for this long; whole days, 1 to 400. */
  historyDays: number;
  /** Customers whose fields are remembered per `historyDays`. Past it they are forgotten sooner, and a notice says so. */
  historyCustomersMax: number;
  /** Different values of all fields; further ones are not remembered, and a notice says so. At most 65,535. */
  historyValuesMax: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const DUPLICATE_DEFAULTS: Readonly<DuplicateConfig> = {
  horizonMs: 72 * HOUR_MS,
  shortHorizonMs: HOUR_MS,
  itemsMax: 2 ** 20,
  perCustomerMax: 8,
  campaignCustomers: 5,
  campaignsMax: 10_000,
  campaignMembersMax: 1_000_000,
  historyDays: 90,
  historyCustomersMax: 1_000_000,
  historyValuesMax: 65_535,
};

const HORIZON_MS_MAX = 30 * 24 * HOUR_MS;

/** The whole configuration. Throws `invalid_setting` with a sentence that names what is out of range. */
export function completeConfig(given: Partial<DuplicateConfig>): DuplicateConfig {
  const config = { ...DUPLICATE_DEFAULTS, ...given };
  between(config, 'horizonMs', MINUTE_MS, HORIZON_MS_MAX);
  between(config, 'shortHorizonMs', 0, config.horizonMs);
  between(config, 'itemsMax', 4_096, 2 ** 24);
  if (!Number.isInteger(Math.log2(config.itemsMax))) throw new TocsinError('invalid_setting', `itemsMax of duplicate detection must be a power of two, and ${config.itemsMax} is not.`);
  between(config, 'perCustomerMax', 1, 64);
  between(config, 'campaignCustomers', 2, 64);
  between(config, 'campaignsMax', 1, 1_000_000);
  between(config, 'campaignMembersMax', 1, 10_000_000);
  between(config, 'historyDays', 1, 400);
  between(config, 'historyCustomersMax', 1, 10_000_000);
  between(config, 'historyValuesMax', 1, 65_535);
  return config;
}

function between(config: DuplicateConfig, name: keyof DuplicateConfig, min: number, max: number): void {
  const value = config[name];
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new TocsinError('invalid_setting', `${name} of duplicate detection must be a whole number from ${min} to ${max}, and it is ${value}.`);
}
