const disposers = new Set<() => Promise<void>>();

/** Calls this when the run is interrupted, until the returned function takes it back. */
export function onInterrupt(dispose: () => Promise<void>): () => void {
  disposers.add(dispose);
  return () => void disposers.delete(dispose);
}

/** A run that somebody ends leaves no server behind: those stand in process groups of their own. Call once. */
export function cleanUpOnSignals(exitCode: number): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void Promise.allSettled([...disposers].map((dispose) => dispose())).then(() => process.exit(exitCode)));
  }
}
