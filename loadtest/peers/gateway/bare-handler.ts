import { loadUws } from '../../../server/gateway/load-uws.ts';

/**
 * The limit of any gateway on uWebSockets.js: reads the body to its end, answers 202 with a short JSON, and does nothing else.
 * A process of its own, so that its processor time is its own. Prints its port; ends with its parent's SIGTERM.
 */
const uws = loadUws();
const ANSWER = '{"accepted":1,"ids":["a1b2c3d4e5f6g7h8i9j0k1l2m"],"rejected":[]}';

const app = uws.App().post('/v1/feedback', (response) => {
  let isOver = false;
  let bytes = 0;
  response.onAborted(() => (isOver = true));
  response.onData((chunk, isLast) => {
    bytes += chunk.byteLength;
    if (!isLast || isOver) return;
    response.cork(() => {
      response.writeStatus(bytes > 0 ? '202 Accepted' : '400 Bad Request');
      response.writeHeader('content-type', 'application/json');
      response.end(ANSWER);
    });
  });
});
app.listen('127.0.0.1', 0, (socket) => {
  if (socket === false) process.exit(1);
  process.stdout.write(`${JSON.stringify({ port: uws.us_socket_local_port(socket) })}\n`);
});
