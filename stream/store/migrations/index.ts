import { feedback } from './0001-feedback.ts';
import { rollups } from './0002-rollups.ts';
import { links } from './0003-links.ts';
import { records } from './0004-records.ts';
import { labels } from './0005-labels.ts';
import { incidents } from './0006-incidents.ts';
import { arrivals } from './0007-arrivals.ts';
import { countedReadings } from './0008-counted-readings.ts';
import { withoutCrossHours } from './0009-without-cross-hours.ts';
import { alertWindows } from './0010-alert-windows.ts';
import { codecs } from './0011-codecs.ts';
import { batchEnds } from './0012-batch-ends.ts';
import { slippedTicks } from './0013-slipped-ticks.ts';
import { alertsByOpening } from './0014-alerts-by-opening.ts';
import { largerBatches } from './0015-larger-batches.ts';
import { erased } from './0016-erased.ts';
import type { Migration } from './migration.ts';

/** In order; a migration that was released is never edited. */
export const MIGRATIONS: readonly Migration[] = [feedback, rollups, links, records, labels, incidents, arrivals, countedReadings, withoutCrossHours, alertWindows, codecs, batchEnds, slippedTicks, alertsByOpening, largerBatches, erased];
