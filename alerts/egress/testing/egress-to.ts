import { parseAllowedHosts } from '../allowed-hosts.ts';
import { Egress } from '../egress.ts';

/** For tests: calls to these hosts are allowed though they are private. */
export function egressTo(hosts: string): Egress {
  const parsed = parseAllowedHosts(hosts);
  if (!parsed.ok) throw new RangeError(`${parsed.entry} is no host`);
  return new Egress(parsed.hosts);
}
