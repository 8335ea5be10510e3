import { TocsinError } from '../../core/errors.ts';
import { NDJSON_TYPE } from './route.ts';

export interface MediaType {
  type: string;
  isUtf8: boolean;
}

/** Reads a Content-Type header. */
export function mediaType(header: string): MediaType {
  if (header === 'application/json') return { type: header, isUtf8: true };
  const [type = '', ...parameters] = header.split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length).replaceAll('"', '');
  return { type, isUtf8: charset === undefined || charset === 'utf-8' || charset === 'utf8' };
}

export function unsupported(accepts: readonly string[], { type, isUtf8 }: MediaType): TocsinError {
  const wanted = accepts.map((each) => (each === NDJSON_TYPE ? `${each} (one item a line)` : each)).join(' or ');
  const given = type === '' ? 'none' : isUtf8 || !accepts.includes(type) ? 'another' : 'another charset than utf-8';
  return new TocsinError('unsupported_media_type', `The header Content-Type must be ${wanted}, in UTF-8; the request has ${given}.`);
}
