import { createHash } from 'node:crypto';

export interface FilePart {
  name: string;
  fileName: string;
  contentType: string;
  content: Uint8Array;
}

/** Fields and one file as `multipart/form-data` (RFC 7578). The same parts give the same bytes; the boundary stands in none of them. */
export function multipartOf(fields: Readonly<Record<string, string>>, file: FilePart): { body: Uint8Array; headers: Record<string, string> } {
  const boundary = `tocsin-${createHash('sha256').update(JSON.stringify(fields)).update(file.content).digest('hex').slice(0, 32)}`;
  const head = (name: string, more = ''): string => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n`;
  const parts = Object.entries(fields).map(([name, text]) => Buffer.from(`${head(name)}${text}\r\n`));
  const body = Buffer.concat([
    ...parts,
    Buffer.from(head(file.name, `; filename="${file.fileName}"\r\ncontent-type: ${file.contentType}`)), file.content, Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return { body, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
}
