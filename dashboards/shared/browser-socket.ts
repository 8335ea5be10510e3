import type { LiveSocket, SocketEvents } from './live-connection.ts';

/** The browser's WebSocket behind the connection's port. */
export function openBrowserSocket(address: string, events: SocketEvents): LiveSocket {
  const socket = new WebSocket(address);
  socket.onopen = () => events.opened();
  socket.onmessage = (event) => events.received(event.data);
  socket.onclose = () => events.closed();
  return { send: (text) => socket.send(text), close: () => socket.close() };
}
