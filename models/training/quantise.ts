/** Share of the table's numbers that may be clipped at the ends, so that a few outliers do not coarsen all others. */
const CLIPPED_SHARE = 0.0005;
const SAMPLE_STEP = 7;

/** Rounds a float table to int8 with one scale; what lies outside is clipped. */
export function quantiseTable(table: Float32Array): { table: Int8Array; scale: number } {
  const sample: number[] = [];
  for (let at = 0; at < table.length; at += SAMPLE_STEP) sample.push(Math.abs(table[at] ?? 0));
  const sorted = Float32Array.from(sample).sort();
  const limit = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * (1 - CLIPPED_SHARE)))] ?? 1;
  const scale = Math.max(limit, 1e-6) / 127;
  const out = new Int8Array(table.length);
  for (let at = 0; at < table.length; at++) {
    out[at] = Math.max(-127, Math.min(127, Math.round((table[at] ?? 0) / scale)));
  }
  return { table: out, scale };
}
