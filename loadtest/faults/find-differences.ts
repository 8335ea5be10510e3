/** Ids, and how many rows each has in the store. */
export interface Books {
  sent: ReadonlySet<string>;
  acknowledged: ReadonlySet<string>;
  stored: ReadonlyMap<string, number>;
}

export interface IdDifferences {
  /** Answered 202 and in no row. */
  lost: string[];
  /** In more than one row. */
  twice: string[];
  /** In a row and never sent. */
  invented: string[];
  /** Stored though nobody got a 202: allowed, the answer was lost on its way. */
  unacknowledged: number;
}

export function compareIds({ sent, acknowledged, stored }: Books): IdDifferences {
  return {
    lost: [...acknowledged].filter((id) => !stored.has(id)),
    twice: [...stored].filter(([, rows]) => rows > 1).map(([id]) => id),
    invented: [...stored.keys()].filter((id) => !sent.has(id)),
    unacknowledged: [...stored.keys()].filter((id) => sent.has(id) && !acknowledged.has(id)).length,
  };
}

/** Groups whose counts differ, one sentence each. A group with nothing in it is the same as none. */
export function compareCounts(counted: ReadonlyMap<string, number>, stored: ReadonlyMap<string, number>): string[] {
  const groups = new Set([...counted.keys(), ...stored.keys()]);
  return [...groups].filter((group) => (counted.get(group) ?? 0) !== (stored.get(group) ?? 0))
    .map((group) => `${group}: counted ${counted.get(group) ?? 0}, stored ${stored.get(group) ?? 0}`);
}

/** An alert or a page: which rule and group it is about, and which event. */
export interface Opening {
  ruleId: string;
  group: string;
  eventId: string;
}

export interface AlertDifferences {
  /** Should have opened and did not. */
  missing: string[];
  /** Opened more than once. */
  repeated: string[];
  /** Opened below the threshold. */
  unfounded: string[];
}

/** @param due rule and group of every alert that must have opened, joined by a space */
export function compareAlerts(due: ReadonlySet<string>, openings: readonly Opening[]): AlertDifferences {
  const events = new Map<string, Set<string>>();
  for (const { ruleId, group, eventId } of openings) {
    const key = `${ruleId} ${group}`;
    events.set(key, (events.get(key) ?? new Set()).add(eventId));
  }
  return {
    missing: [...due].filter((key) => !events.has(key)),
    repeated: [...events].filter(([, ids]) => ids.size > 1).map(([key]) => key),
    unfounded: [...events.keys()].filter((key) => !due.has(key)),
  };
}
