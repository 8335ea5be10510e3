/** What a page's address asks for; the address is all the configuration a screen needs. */
interface PageQuery {
  /** `?lang=zh` or `?lang=en`; null means the browser's. */
  language: string | null;
  /** `?workspace=`; null means the server's default. */
  workspace: string | null;
}

/** Longest workspace name that is sent on; a longer one is cut, and the server then answers for an unknown workspace. */
const WORKSPACE_CHARS_MAX = 128;

export function parsePageQuery(search: string): PageQuery {
  const query = new URLSearchParams(search);
  const workspace = query.get('workspace')?.trim().slice(0, WORKSPACE_CHARS_MAX) ?? '';
  return { language: query.get('lang'), workspace: workspace === '' ? null : workspace };
}

/** The same address with another language, everything else kept. */
export function withLanguage(address: string, language: string): string {
  const url = new URL(address);
  url.searchParams.set('lang', language);
  return url.href;
}

/** Where `WS /live` is for a page at `address`, a proxy's path prefix included. */
export function liveAddress(address: string): string {
  const url = new URL('live', address);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = '';
  url.hash = '';
  return url.href;
}
