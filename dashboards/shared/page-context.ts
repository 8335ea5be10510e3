/** What a page's address asks for; the address is all the configuration a screen needs. */
interface PageQuery {
  /** `?lang=zh` or `?lang=en`; null means the browser's. */
  language: string | null;
  /** `?workspace=`; null means the server's default. */
  workspace: string | null;
  /** `?alert=`: the alert whose incident the console shows; null: none. */
  alert: string | null;
}

/** Longest workspace name that is sent on; a longer one is cut, and the server then answers for an unknown workspace. */
const WORKSPACE_CHARS_MAX = 128;
const ALERT_CHARS_MAX = 200;

export function parsePageQuery(search: string): PageQuery {
  const query = new URLSearchParams(search);
  const workspace = query.get('workspace')?.trim().slice(0, WORKSPACE_CHARS_MAX) ?? '';
  const alert = query.get('alert')?.trim().slice(0, ALERT_CHARS_MAX) ?? '';
  return { language: query.get('lang'), workspace: workspace === '' ? null : workspace, alert: alert === '' ? null : alert };
}

/** The same query with another alert or none, everything else kept; `?` alone where nothing is left. */
export function withAlert(search: string, alert: string | null): string {
  const query = new URLSearchParams(search);
  if (alert === null) query.delete('alert');
  else query.set('alert', alert);
  return `?${query.toString()}`;
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
