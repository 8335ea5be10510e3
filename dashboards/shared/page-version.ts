/** Where a built page names its own files: `assets/wall-<hash>.js`. */
const ASSET = /assets\/[\w.-]+/g;

/** The names of a page's files, which change with every build that changes the page; null where its HTML names none. */
export function pageVersion(html: string): string | null {
  const names = new Set(html.match(ASSET) ?? []);
  return names.size === 0 ? null : [...names].toSorted().join(' ');
}

/**
 * Whether a page that has been open for months must load itself again, because its server now serves another build.
 *
 * @param triedFor the version that the last reload of this tab was for: a proxy that keeps serving the old page must not
 * make it reload for ever
 */
export function mustReload(running: string | null, served: string | null, triedFor: string | null): boolean {
  return running !== null && served !== null && served !== running && served !== triedFor;
}
