/** What is accepted and still on its way, stage by stage. All zero: everything is scored, counted and stored. */
export interface PipelineStatus {
  /** Frames on the raw log that are not scored yet. */
  unscoredFrames: number;
  /** Entries of the scored log that are not counted yet. */
  uncountedEntries: number;
  /** Counted rows that are not stored yet. */
  unstoredRows: number;
  /** Entries on the dead-letter log. */
  deadLetters: number;
  lagMs: number;
}
