import type { DuplicateConfig } from '../../stream/duplicates/config.ts';
import { completeConfig } from '../../stream/duplicates/config.ts';
import type { Settings } from '../config/settings.ts';

const HOUR_MS = 3_600_000;

/** Null where duplicates are not looked for. Throws `invalid_setting` for a limit out of range. */
export function duplicateConfig(settings: Settings): DuplicateConfig | null {
  if (settings.TOCSIN_DUPLICATES === 'off') return null;
  return completeConfig({
    horizonMs: settings.TOCSIN_DUPLICATES_HORIZON_HOURS * HOUR_MS,
    itemsMax: settings.TOCSIN_DUPLICATES_ITEMS_MAX,
    campaignCustomers: settings.TOCSIN_DUPLICATES_CAMPAIGN_CUSTOMERS,
    historyDays: settings.TOCSIN_DUPLICATES_HISTORY_DAYS,
  });
}
