import type { KernelShape, Layout } from './layout.ts';
import { WasmFunction } from './wasm-code.ts';

/** Sums that stand in registers at once. */
const TOGETHER = 8;

/** `addSlopes(openEnd)`: `direct` and the rows of `through` whose addresses stand in `open` up to `openEnd`, added up into `slopes`. */
export function writeAddSlopes(shape: KernelShape, layout: Layout): WasmFunction {
  const f = new WasmFunction(['i32']);
  const openEnd = f.parameter(0);
  const at = f.local('i32');
  const row = f.local('i32');
  const sums = Array.from({ length: TOGETHER }, () => f.local('v128'));
  const quads = (2 + shape.pools) * shape.dimensions / 4;
  for (let first = 0; first < quads; first += TOGETHER) {
    const now = sums.slice(0, Math.min(TOGETHER, quads - first));
    now.forEach((sum, s) => f.i32(0).memory('v128.load', layout.direct + (first + s) * 16).set(sum));
    f.i32(layout.open).set(at);
    f.whileBelow(at, openEnd, () => {
      f.get(at).memory('i32.load', 0).set(row);
      now.forEach((sum, s) => f.get(sum).get(row).memory('v128.load', (first + s) * 16).do('f32x4.add').set(sum));
      f.get(at).i32(4).do('i32.add').set(at);
    });
    now.forEach((sum, s) => f.i32(0).get(sum).memory('v128.store', layout.slopes + (first + s) * 16));
  }
  return f;
}
