/** Fields of a form by name, and the bytes of its file. The body is read as `latin1`, so that every byte stays one. */
export function readMultipart(body: Uint8Array): { fields: Record<string, string>; file: Buffer } {
  const text = Buffer.from(body).toString('latin1');
  const [boundary = ''] = text.split('\r\n', 1);
  const fields: Record<string, string> = {};
  let file = Buffer.alloc(0);
  for (const part of text.split(boundary).slice(1, -1)) {
    const [head = '', ...rest] = part.split('\r\n\r\n');
    const content = Buffer.from(rest.join('\r\n\r\n').slice(0, -2), 'latin1');
    if (head.includes('filename=')) file = content;
    else fields[/name="([^"]+)"/u.exec(head)?.[1] ?? ''] = content.toString();
  }
  return { fields, file };
}
