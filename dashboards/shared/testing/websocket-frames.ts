/** RFC 6455, section 1.3. */
export const UPGRADE_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const FINAL_TEXT = 0x81;

/** One unfragmented text frame from a server (RFC 6455, section 5.2). */
export function encodeText(text: string): Buffer {
  const payload = Buffer.from(text);
  const head = payload.length < 126 ? Buffer.alloc(2) : payload.length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10);
  head[0] = FINAL_TEXT;
  if (head.length === 2) head[1] = payload.length;
  else if (head.length === 4) {
    head[1] = 126;
    head.writeUInt16BE(payload.length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([head, payload]);
}

/** One masked text frame of a client below 64 kB that came in one piece; null for any other frame, a close among them. */
export function decodeText(frame: Buffer): string | null {
  if (frame[0] !== FINAL_TEXT) return null;
  const short = (frame[1] ?? 0) & 0x7f;
  const start = short === 126 ? 4 : 2;
  const length = short === 126 ? frame.readUInt16BE(2) : short;
  const mask = frame.subarray(start, start + 4);
  const payload = Buffer.from(frame.subarray(start + 4, start + 4 + length));
  for (let index = 0; index < payload.length; index++) payload[index] = (payload[index] ?? 0) ^ (mask[index % 4] ?? 0);
  return payload.toString();
}
