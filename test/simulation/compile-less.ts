import { setFlagsFromString } from 'node:v8';

/**
 * A life runs much code and none of it for long, so code that is compiled for speed seldom earns what compiling it took: the runtime compiles later, and takes less of
 * what is called into what calls it. Call before the first life.
 */
export function compileLess(): void {
  setFlagsFromString('--interrupt-budget=600000');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=300');
}
