/** What an item goes through, in order; `store` and `notify` both begin where `count` ends. */
export const STAGES = ['gather', 'raw-log', 'score-wait', 'score', 'scored-log', 'count', 'store', 'notify'] as const;
export type Stage = (typeof STAGES)[number];

/** How long each stage took, in milliseconds, never below 0. */
export type StageTimes = Partial<Record<Stage, number>>;
