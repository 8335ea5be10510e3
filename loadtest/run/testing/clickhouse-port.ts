import { startHttpFacade } from '../../../stream/store/testing/http-facade.ts';

/** The embedded engine behind the part of ClickHouse's HTTP interface that the program uses, as a process of its own. Arguments: folder, user, password. */
const [, , folder = '', user = '', password = ''] = process.argv;
const facade = await startHttpFacade(folder, { user, password });
process.stdout.write(`${JSON.stringify({ port: Number(new URL(facade.url).port) })}\n`);
// Statements are kept for tests; a long run must not fill memory with them.
setInterval(() => facade.statements.splice(0), 1_000).unref();
process.once('SIGTERM', () => void facade.stop().then(() => process.exit(0)));
