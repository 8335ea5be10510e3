import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { TocsinError } from '../../core/errors.ts';
import type { Reply, Route, RouteRequest } from './route.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon', '.json': 'application/json', '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json', '.txt': 'text/plain; charset=utf-8', '.mp3': 'audio/mpeg', '.ogg': 'audio/ogg',
};

/**
 * Everything from this server and nothing inline but styles, which charts set on their elements. `ws:` and `wss:` stand
 * beside 'self' because not every browser counts a socket to the same host as 'self'.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'", "connect-src 'self' ws: wss:", "img-src 'self' data:", "style-src 'self' 'unsafe-inline'", "object-src 'none'",
  "base-uri 'none'", "form-action 'self'", "frame-ancestors 'self'",
].join('; ');

/** Names of assets hold a hash of their content. */
const FOREVER = 'public, max-age=31536000, immutable';
/** Kept, and asked about each time. */
const REVALIDATED = 'no-cache';

export interface PagesOptions {
  /** Holds the built pages; absent or missing, the pages' addresses say that they are not built. */
  folder?: string;
  /** Address to file within the folder: `/wall` to `wall.html`. */
  pages: Readonly<Record<string, string>>;
}

/** Routes of the pages and of `/assets/*`. Every file is read once, here. */
export function pageRoutes({ folder, pages }: PagesOptions): Route[] {
  const files = folder === undefined ? new Map<string, Reply>() : readFiles(folder);
  const routes: Route[] = Object.entries(pages).map(([path, file]) => ({
    method: 'GET', path, handle: (request) => serve(files.get(file), request, `The page ${path} is not built.`),
  }));
  routes.push({
    method: 'GET',
    path: '/assets/*',
    handle: (request) => serve(files.get(`assets/${request.params[0] ?? ''}`), request, 'There is no such file.'),
  });
  return routes;
}

function serve(reply: Reply | undefined, { ifNoneMatch }: RouteRequest, missing: string): Reply {
  if (reply === undefined) throw new TocsinError('not_found', missing);
  const etag = reply.headers?.['etag'];
  if (etag !== undefined && ifNoneMatch.split(',').some((each) => each.trim() === etag)) {
    return { status: 304, contentType: '', body: '', headers: reply.headers ?? {} };
  }
  return reply;
}

function readFiles(folder: string): Map<string, Reply> {
  const files = new Map<string, Reply>();
  for (const entry of listFiles(folder)) {
    const name = relative(folder, entry).split(sep).join('/');
    const body = readFileSync(entry);
    const contentType = MEDIA_TYPES[extname(name)] ?? 'application/octet-stream';
    const headers = {
      'cache-control': name.startsWith('assets/') ? FOREVER : REVALIDATED,
      'etag': `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
      ...(contentType.startsWith('text/html') ? { 'content-security-policy': CONTENT_SECURITY_POLICY, 'referrer-policy': 'no-referrer' } : {}),
    };
    files.set(name, { status: 200, contentType, body, headers });
  }
  return files;
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
