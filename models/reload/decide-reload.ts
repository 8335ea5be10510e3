/** What is known of the files that decide scores. */
export interface ReloadState {
  /** Their look when they were last loaded, or tried. */
  tried: string;
  /** Their look at the last glance. */
  seen: string;
}

export type ReloadDecision =
  | { kind: 'stay'; reason: 'unchanged' | 'still-changing' }
  | { kind: 'load'; reason: 'changed' };

/** Loads what changed and then held still for one glance, so that a folder that is being copied is not read half way. */
export function decideReload({ tried, seen }: ReloadState, look: string): ReloadDecision {
  if (look === tried) return { kind: 'stay', reason: 'unchanged' };
  if (look !== seen) return { kind: 'stay', reason: 'still-changing' };
  return { kind: 'load', reason: 'changed' };
}
