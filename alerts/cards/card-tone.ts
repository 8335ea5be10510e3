import type { AlertSeverity } from '../../core/rule.ts';

/** What a card is about, for its colour: how bad it is, or that it is over. */
export type CardTone = AlertSeverity | 'resolved';
