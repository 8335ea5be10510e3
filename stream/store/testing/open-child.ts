import { TocsinError } from '../../../core/errors.ts';
import { openStore } from '../clickhouse.ts';

// Opens the store in the folder given, and says what came of it.
try {
  const store = openStore({ dataDir: process.argv[2] ?? '' });
  try {
    await store.select('SELECT 1');
  } finally {
    await store.close();
  }
  console.log('opened');
} catch (error) {
  if (!(error instanceof TocsinError)) throw error;
  console.log(`${error.code}: ${error.message}`);
}
