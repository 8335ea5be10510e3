import { lookup as systemLookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { isAllowed } from './allowed-hosts.ts';
import type { AllowedHosts } from './allowed-hosts.ts';
import { isPrivateAddress } from './private-address.ts';

/** Code of the error by which a connection to an address that is not allowed ends; see fault-words.ts. */
export const PRIVATE_ADDRESS = 'EPRIVATEADDRESS';

/** Looks a name up: all of its addresses, in the order in which they are to be tried. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

/**
 * Which hosts channels may call. A name is looked up once and the connection goes to the very address that was judged, so
 * that a name cannot stand for a public address when it is judged and for a private one when it is called. A name with any
 * address that is not allowed is refused as a whole.
 */
export class Egress {
  readonly #allowed: AllowedHosts;
  readonly #resolve: Resolve;

  constructor(allowed: AllowedHosts, resolve: Resolve = resolveBySystem) {
    this.#allowed = allowed;
    this.#resolve = resolve;
  }

  /** The address to connect to for a host written as a name or as an address. Rejects with PRIVATE_ADDRESS or the code of a failed look-up. */
  async addressesOf(host: string): Promise<LookupAddress[]> {
    const written = unbracketed(host);
    const family = isIP(written);
    const addresses = family === 0 ? await this.#resolve(written) : [{ address: written, family }];
    if (addresses.some(({ address }) => !this.#mayCall(written, address))) throw new PrivateAddressError();
    return addresses;
  }

  /** True for an address that is written as one and may not be called: node asks no look-up for these. */
  refusesLiteral(host: string): boolean {
    const written = unbracketed(host);
    return isIP(written) !== 0 && !this.#mayCall(written, written);
  }

  /** For `lookup` of a socket. */
  readonly lookup: LookupFunction = (host, options, done) => {
    this.addressesOf(host).then((addresses) => {
      const [first] = addresses;
      if (options.all === true) done(null, addresses);
      else if (first === undefined) done(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0);
      else done(null, first.address, first.family);
    }, (error: NodeJS.ErrnoException) => done(error, '', 0));
  };

  #mayCall(host: string, address: string): boolean {
    return !isPrivateAddress(address) || isAllowed(this.#allowed, host, address);
  }
}

class PrivateAddressError extends Error {
  readonly code = PRIVATE_ADDRESS;

  constructor() {
    super('the address is not a public one');
  }
}

function resolveBySystem(host: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(host, { all: true }, (error, addresses) => {
      if (error) reject(error);
      else resolve(addresses);
    });
  });
}

function unbracketed(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}
