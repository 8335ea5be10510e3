/** The question by which clients learn what server they talk to, and which revision of Native blocks it writes. */
export const HELLO = /^\s*SELECT\s+displayName\(\)\s*,\s*version\(\)\s*,\s*revision\(\)\s*,\s*timezone\(\)\s*$/i;

const BLOCK_INFO_REVISION = 51_903;
const CUSTOM_SERIALIZATION_REVISION = 54_454;

/**
 * The answer as one Native block of the revision that the client asks in. The engine itself writes revision 0 only, so
 * the block says that: the client then reads all further blocks as such.
 */
export function nativeHello({ version, timeZone, protocolVersion }: { version: string; timeZone: string; protocolVersion: number }): Buffer {
  const revision = Buffer.alloc(4);
  const columns: [name: string, type: string, value: Buffer][] = [
    ['displayName()', 'String', text('tocsin')],
    ['version()', 'String', text(version)],
    ['revision()', 'UInt32', revision],
    ['timezone()', 'String', text(timeZone)],
  ];
  const parts: Buffer[] = [];
  // Two numbered fields (overflows: no; bucket: -1) and the end of them.
  if (protocolVersion >= BLOCK_INFO_REVISION) parts.push(Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0]));
  parts.push(Buffer.from([columns.length, 1]));
  for (const [name, type, value] of columns) {
    parts.push(text(name), text(type));
    if (protocolVersion >= CUSTOM_SERIALIZATION_REVISION) parts.push(Buffer.from([0]));
    parts.push(value);
  }
  return Buffer.concat(parts);
}

/** A length below 128 as one byte, and the text. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}
