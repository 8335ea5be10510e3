/** What is known of a group that has not reached its count yet. */
export interface ReachInput {
  /** Event times of the items inside the window, ascending, milliseconds. */
  timesMs: readonly number[];
  /** What each of them counts for; absent: one. */
  weights?: readonly number[];
  fireAt: number;
  windowMs: number;
  nowMs: number;
}

/** Items that a rate is told from. */
const RATE_ITEMS_MIN = 5;
/** The rate is that of the last quarter of the window, so that it follows what is going on now. */
const RATE_PART = 0.25;

/**
 * When the count reaches `fireAt` if items go on to come at the rate of the window's last quarter and those inside leave when
 * they do; null where too few came lately to tell, or where it is not reached within one window.
 */
export function forecastReach({ timesMs, weights, fireAt, windowMs, nowMs }: ReachInput): number | null {
  const weightOf = (at: number): number => weights?.[at] ?? 1;
  const total = weights === undefined ? timesMs.length : weights.reduce((sum, one) => sum + one, 0);
  if (total >= fireAt) return nowMs;
  const spanMs = windowMs * RATE_PART;
  const recent = timesMs.filter((ms) => ms > nowMs - spanMs);
  if (recent.length < RATE_ITEMS_MIN) return null;
  // Where it began within that span, the first one is the start and does not count.
  const isOlder = recent.length < timesMs.length;
  const sinceMs = isOlder ? spanMs : nowMs - recent[0]!;
  if (sinceMs <= 0) return null;
  const firstRecent = timesMs.length - recent.length;
  let came = 0;
  for (let at = firstRecent + (isOlder ? 0 : 1); at < timesMs.length; at++) came += weightOf(at);
  const perMs = came / sinceMs;
  if (perMs <= 0) return null;
  // Between two leavings the count only rises, so it is enough to look at each stretch between them.
  let inside = total;
  for (let gone = 0; ; gone++) {
    const reachesMs = nowMs + (fireAt - inside) / perMs;
    const nextLeavesMs = gone < timesMs.length ? timesMs[gone]! + windowMs : nowMs + windowMs;
    if (reachesMs < nextLeavesMs) return reachesMs <= nowMs + windowMs ? Math.ceil(reachesMs) : null;
    if (gone >= timesMs.length) return null;
    inside -= weightOf(gone);
  }
}
