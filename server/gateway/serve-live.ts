import type { TemplatedApp, WebSocket } from 'uWebSockets.js';
import type { LiveClient, LiveHub, LiveSession } from '../live/live-hub.ts';

interface SocketData {
  session: LiveSession | undefined;
}

/** A subscription is a short message. */
const MESSAGE_BYTES_MAX = 4 * 1024;
/** Pings go out on their own; a client that answers none is gone after this. */
const IDLE_SECONDS_MAX = 60;

/**
 * `WS /live`. A page of another site gets no connection: the browser would send it along without asking anybody.
 * Programs send no Origin and are let in.
 */
export function serveLive(app: TemplatedApp, hub: LiveHub): void {
  app.ws<SocketData>('/live', {
    maxPayloadLength: MESSAGE_BYTES_MAX,
    idleTimeout: IDLE_SECONDS_MAX,
    sendPingsAutomatically: true,
    // The hub drops or closes long before; this is only the last line.
    maxBackpressure: 2 * hub.limits.bufferedBytesMax,
    upgrade: (response, request, context) => {
      const origin = request.getHeader('origin');
      if (origin !== '' && hostOf(origin) !== request.getHeader('host').toLowerCase()) {
        response.writeStatus('403 Forbidden').end('The page that opens this connection comes from another host.');
        return;
      }
      if (!hub.hasRoom) {
        response.writeStatus('503 Service Unavailable').writeHeader('retry-after', '5').end('Too many clients are connected.');
        return;
      }
      response.upgrade<SocketData>(
        { session: undefined },
        request.getHeader('sec-websocket-key'),
        request.getHeader('sec-websocket-protocol'),
        request.getHeader('sec-websocket-extensions'),
        context,
      );
    },
    open: (socket) => {
      socket.getUserData().session = hub.connect(toClient(socket));
    },
    message: (socket, message) => {
      socket.getUserData().session?.receive(Buffer.from(message).toString('utf8'));
    },
    close: (socket) => {
      const data = socket.getUserData();
      data.session?.closed();
      data.session = undefined;
    },
  });
}

function toClient(socket: WebSocket<SocketData>): LiveClient {
  return {
    send: (text) => void socket.send(text, false),
    bufferedBytes: () => socket.getBufferedAmount(),
    end: (code, reason) => socket.end(code, reason),
    drop: () => socket.close(),
  };
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
