// Preloaded into a server that is to be slow on purpose (see subject.ts): everything it writes to a socket of Node's own, so
// to nats-server, to ClickHouse and to receivers of pages, leaves TOCSIN_TEST_DELAY_MS later, in its order. The product itself
// knows nothing of it.
import { Socket } from 'node:net';

const delayMs = Number(process.env.TOCSIN_TEST_DELAY_MS);
if (!(delayMs > 0)) throw new Error('TOCSIN_TEST_DELAY_MS must be a number of milliseconds above 0');
const write = Socket.prototype._writeGeneric;
Socket.prototype._writeGeneric = function writeLater(...args) {
  setTimeout(() => write.apply(this, args), delayMs);
};
