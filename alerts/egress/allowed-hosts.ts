import { BlockList, isIP } from 'node:net';

/** Hosts and networks that may be called though they are private. */
export interface AllowedHosts {
  names: ReadonlySet<string>;
  /** `.intern.example`: every host under it. */
  suffixes: readonly string[];
  networks: BlockList;
  everything: boolean;
}

export const NO_HOSTS: AllowedHosts = { names: new Set(), suffixes: [], networks: new BlockList(), everything: false };

const NAME = /^\.?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/u;

/** Reads `127.0.0.1, 10.0.0.0/8, hooks.intern, .corp.example, *`. Answers the entry that is none of these. */
export function parseAllowedHosts(text: string): { ok: true; hosts: AllowedHosts } | { ok: false; entry: string } {
  const names = new Set<string>();
  const suffixes: string[] = [];
  const networks = new BlockList();
  let everything = false;
  for (const entry of text.split(',').map((part) => part.trim().toLowerCase()).filter((part) => part !== '')) {
    const [address = '', prefix, more] = entry.split('/');
    const family = isIP(address);
    if (entry === '*') everything = true;
    else if (family !== 0 && more === undefined && addNetwork(networks, { address, family, prefix })) continue;
    else if (family === 0 && prefix === undefined && NAME.test(entry)) {
      if (entry.startsWith('.')) suffixes.push(entry);
      else names.add(entry);
    } else return { ok: false, entry };
  }
  return { ok: true, hosts: { names, suffixes, networks, everything } };
}

function addNetwork(networks: BlockList, { address, family, prefix }: { address: string; family: number; prefix: string | undefined }): boolean {
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix);
  if (prefix !== undefined && !/^\d{1,3}$/u.test(prefix)) return false;
  if (bits > (family === 4 ? 32 : 128)) return false;
  networks.addSubnet(address, bits, type);
  return true;
}

/** By name as it is written in the address, or by the address that the name stands for. */
export function isAllowed(hosts: AllowedHosts, host: string, address: string): boolean {
  if (hosts.everything) return true;
  const name = host.toLowerCase().replace(/\.$/u, '');
  if (hosts.names.has(name) || hosts.suffixes.some((suffix) => name.endsWith(suffix))) return true;
  const family = isIP(address);
  return family !== 0 && hosts.networks.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
