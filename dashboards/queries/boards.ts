import { alerts } from './alerts.ts';
import { channels } from './channels.ts';
import { dimensions } from './dimensions.ts';
import { live } from './live.ts';
import { modelQuality } from './model-quality.ts';
import type { Board } from './panel.ts';
import { pipeline } from './pipeline.ts';
import { topIssues } from './top-issues.ts';

/** Every board, in the order of the playlist. */
export const BOARDS: readonly Board[] = [live, alerts, topIssues, dimensions, channels, modelQuality, pipeline];
