import { setTimeout } from 'node:timers/promises';
import { openStore } from '../clickhouse.ts';

// Opens the store in the folder given, begins a query, and says which process is the engine once the query is under way: to be killed meanwhile.
const [, , dataDir = '', query = ''] = process.argv;
const LOOK_MS = 20;
const store = openStore({ dataDir });
const answer = store.select(query);
while (Number((await store.select('SELECT countIf(query = {query:String}) FROM system.processes', { query: `${query} FORMAT JSONCompactEachRow` }))[0]?.[0]) === 0) await setTimeout(LOOK_MS);
console.log(store.enginePid);
await answer;
await store.close();
