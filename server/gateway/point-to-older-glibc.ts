const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const DT_NULL = 0n;
const DT_STRTAB = 5n;
const DT_SYMTAB = 6n;
const DT_GNU_HASH = 0x6ffffef5n;
const DT_VERSYM = 0x6ffffff0n;
const DT_VERNEED = 0x6ffffffen;
const DT_VERNEEDNUM = 0x6fffffffn;
const SYMBOL_BYTES = 24;
const C23_PREFIX = '__isoc23_';

/**
 * Makes a shared library that was linked on glibc 2.38 loadable on an older one, when all it takes from 2.38 is the
 * `__isoc23_strtol` family: C23 only taught those functions to read `0b…` as well, and every glibc has their plain
 * forms. The names are pointed at the tail of the same string (`strtol`), the version at the oldest one asked of libc.
 *
 * ELF64 little-endian, x86-64 and arm64. Answers a changed copy; the input stays as it is.
 * Throws an Error when the file is not such a library or needs anything else from `version`.
 */
export function pointToOlderGlibc(library: Uint8Array, version: string): Uint8Array {
  const bytes = library.slice();
  const view = new DataView(bytes.buffer);
  if (bytes.length < 64 || view.getUint32(0, false) !== 0x7f454c46 || bytes[4] !== 2 || bytes[5] !== 1) {
    throw new Error('The library is not a 64-bit little-endian ELF file.');
  }
  const layout = readLayout(view);
  const needs = readVersionNeeds(bytes, view, layout);
  const newest = needs.find((need) => need.file === 'libc.so.6' && need.version === version);
  const oldest = needs
    .filter((need) => need.file === 'libc.so.6' && need.version.startsWith('GLIBC_'))
    .sort((one, other) => compareVersions(one.version, other.version))[0];
  if (newest === undefined || oldest === undefined || oldest === newest) {
    throw new Error(`The library asks libc for no ${version}.`);
  }
  for (let index = 1; index < layout.undefinedSymbols; index += 1) {
    if ((view.getUint16(layout.versymAt + index * 2, true) & 0x7fff) !== newest.index) continue;
    const at = layout.symtabAt + index * SYMBOL_BYTES;
    const nameOffset = view.getUint32(at, true);
    const name = readString(bytes, layout.strtabAt + nameOffset);
    if (!name.startsWith(C23_PREFIX)) throw new Error(`The library needs ${name} of ${version}.`);
    view.setUint32(at, nameOffset + C23_PREFIX.length, true);
  }
  view.setUint32(newest.at, view.getUint32(oldest.at, true), true);
  view.setUint32(newest.at + 8, view.getUint32(oldest.at + 8, true), true);
  return bytes;
}

interface Layout {
  strtabAt: number;
  symtabAt: number;
  versymAt: number;
  verneedAt: number;
  verneedCount: number;
  /** Undefined symbols come first; the hash table's header says where the defined ones begin. */
  undefinedSymbols: number;
}

function readLayout(view: DataView): Layout {
  const headersAt = Number(view.getBigUint64(32, true));
  const headerBytes = view.getUint16(54, true);
  const headerCount = view.getUint16(56, true);
  const loads: { address: bigint; offset: bigint; bytes: bigint }[] = [];
  let dynamicAt = -1;
  for (let index = 0; index < headerCount; index += 1) {
    const at = headersAt + index * headerBytes;
    const type = view.getUint32(at, true);
    const offset = view.getBigUint64(at + 8, true);
    if (type === PT_DYNAMIC) dynamicAt = Number(offset);
    if (type === PT_LOAD) loads.push({ offset, address: view.getBigUint64(at + 16, true), bytes: view.getBigUint64(at + 32, true) });
  }
  if (dynamicAt < 0) throw new Error('The library has no dynamic section.');
  const entries = new Map<bigint, bigint>();
  for (let at = dynamicAt; view.getBigUint64(at, true) !== DT_NULL; at += 16) {
    entries.set(view.getBigUint64(at, true), view.getBigUint64(at + 8, true));
  }
  const fileOffset = (tag: bigint): number => {
    const address = entries.get(tag);
    const load = loads.find((one) => address !== undefined && address >= one.address && address < one.address + one.bytes);
    if (address === undefined || load === undefined) throw new Error('The library lacks a table of its dynamic section.');
    return Number(address - load.address + load.offset);
  };
  return {
    strtabAt: fileOffset(DT_STRTAB),
    symtabAt: fileOffset(DT_SYMTAB),
    versymAt: fileOffset(DT_VERSYM),
    verneedAt: fileOffset(DT_VERNEED),
    verneedCount: Number(entries.get(DT_VERNEEDNUM) ?? 0n),
    undefinedSymbols: view.getUint32(fileOffset(DT_GNU_HASH) + 4, true),
  };
}

interface VersionNeed {
  file: string;
  version: string;
  /** What a symbol's entry in the version table holds. */
  index: number;
  /** Where its record (hash, flags, index, name, next) begins in the file. */
  at: number;
}

function readVersionNeeds(bytes: Uint8Array, view: DataView, layout: Layout): VersionNeed[] {
  const needs: VersionNeed[] = [];
  let fileAt = layout.verneedAt;
  for (let fileIndex = 0; fileIndex < layout.verneedCount; fileIndex += 1) {
    const file = readString(bytes, layout.strtabAt + view.getUint32(fileAt + 4, true));
    let at = fileAt + view.getUint32(fileAt + 8, true);
    for (let index = 0; index < view.getUint16(fileAt + 2, true); index += 1) {
      const version = readString(bytes, layout.strtabAt + view.getUint32(at + 8, true));
      needs.push({ file, version, index: view.getUint16(at + 6, true), at });
      at += view.getUint32(at + 12, true);
    }
    fileAt += view.getUint32(fileAt + 12, true);
  }
  return needs;
}

function readString(bytes: Uint8Array, from: number): string {
  let end = from;
  while (end < bytes.length && bytes[end] !== 0) end += 1;
  return String.fromCharCode(...bytes.subarray(from, end));
}

function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map((name) => name.slice('GLIBC_'.length).split('.').map(Number));
  for (let part = 0; part < 3; part += 1) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
