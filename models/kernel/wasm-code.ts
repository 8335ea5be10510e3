/**
 * Writes WebAssembly: what the kernels need of the binary format (core specification 2.0 with 128-bit SIMD, chapter 5).
 * A function's code is a stack machine's: operands are pushed first, the operation last.
 */
const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;
const TYPES = { i32: I32, f32: F32, v128: V128 } as const;
export type ValueType = keyof typeof TYPES;

/** Operations without an immediate. */
const PLAIN = {
  'i32.ge_u': [0x4f], 'i32.gt_u': [0x4b], 'i32.ne': [0x47], 'i32.ctz': [0x68], 'i32.add': [0x6a], 'i32.sub': [0x6b], 'i32.mul': [0x6c], 'i32.and': [0x71], 'i32.or': [0x72], 'i32.shl': [0x74], 'i32.shr_u': [0x76],
  'f32.ge': [0x60], 'f32.add': [0x92], 'f32.mul': [0x94],
} as const;

/** SIMD operations without an immediate; their numbers follow the 0xfd prefix. */
const SIMD = {
  'i32x4.splat': 0x11, 'f32x4.splat': 0x13, 'i32x4.eq': 0x37, 'i32x4.ne': 0x38, 'f32x4.gt': 0x44, 'v128.and': 0x4e, 'v128.bitselect': 0x52,
  'i16x8.add': 0x8e, 'i32x4.bitmask': 0xa4, 'i32x4.extend_low_i16x8_s': 0xa7, 'i32x4.extend_high_i16x8_s': 0xa8,
  'f32x4.add': 0xe4, 'f32x4.mul': 0xe6, 'f32x4.max': 0xe9, 'f32x4.convert_i32x4_s': 0xfa,
} as const;

/** Loads and stores; the address stands on the stack, an offset in the code. */
const MEMORY = {
  'i32.load': [0x28], 'i32.load8_u': [0x2d], 'f32.load': [0x2a], 'i32.store': [0x36], 'f32.store': [0x38],
  'v128.load': [0xfd, 0x00], 'v128.load8x8_s': [0xfd, 0x01], 'v128.load32_splat': [0xfd, 0x09], 'v128.store': [0xfd, 0x0b],
} as const;

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** Places of values: parameters first, then locals, in the order of their declaration. */
export type Place = number & { readonly place: unique symbol };

/** One function being written. */
export class WasmFunction {
  readonly parameters: readonly ValueType[];
  readonly #locals: ValueType[] = [];
  readonly #code: number[] = [];

  constructor(parameters: readonly ValueType[]) {
    this.parameters = parameters;
  }

  parameter(at: number): Place {
    return at as Place;
  }

  local(type: ValueType): Place {
    this.#locals.push(type);
    return this.parameters.length + this.#locals.length - 1 as Place;
  }

  get(place: Place): this {
    this.#code.push(0x20, ...unsigned(place));
    return this;
  }

  set(place: Place): this {
    this.#code.push(0x21, ...unsigned(place));
    return this;
  }

  i32(value: number): this {
    this.#code.push(0x41, ...signed(value));
    return this;
  }

  f32(value: number): this {
    this.#code.push(0x43, ...new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  /** Four 32-bit integers. */
  i32x4(values: readonly [number, number, number, number]): this {
    this.#code.push(0xfd, 0x0c, ...new Uint8Array(Int32Array.from(values).buffer));
    return this;
  }

  do(operation: keyof typeof PLAIN | keyof typeof SIMD): this {
    if (operation in PLAIN) this.#code.push(...PLAIN[operation as keyof typeof PLAIN]);
    else this.#code.push(0xfd, ...unsigned(SIMD[operation as keyof typeof SIMD]));
    return this;
  }

  memory(operation: keyof typeof MEMORY, offset: number): this {
    this.#code.push(...MEMORY[operation], 0, ...unsigned(offset));
    return this;
  }

  /** The sum of the four numbers on top of the stack; `spare` is overwritten. */
  sumOfLanes(spare: Place): this {
    this.set(spare);
    for (const lane of [0, 1, 2, 3]) {
      this.get(spare);
      this.#code.push(0xfd, 0x1f, lane);
      if (lane > 0) this.do('f32.add');
    }
    return this;
  }

  /** Runs `body` while `at` is below `end`; `body` moves `at`. */
  whileBelow(at: Place, end: Place, body: () => void): this {
    this.#code.push(0x02, 0x40, 0x03, 0x40);
    this.get(at).get(end).do('i32.ge_u');
    this.#code.push(0x0d, 1);
    body();
    this.#code.push(0x0c, 0, 0x0b, 0x0b);
    return this;
  }

  /** Runs `body` when the number on the stack is not 0. */
  when(body: () => void): this {
    this.#code.push(0x04, 0x40);
    body();
    this.#code.push(0x0b);
    return this;
  }

  body(): number[] {
    const locals = this.#locals.flatMap((type) => [1, TYPES[type]]);
    const bytes = [...unsigned(this.#locals.length), ...locals, ...this.#code, 0x0b];
    return [...unsigned(bytes.length), ...bytes];
  }
}

function section(id: number, entries: readonly number[][]): number[] {
  const bytes = [...unsigned(entries.length), ...entries.flat()];
  return [id, ...unsigned(bytes.length), ...bytes];
}

function text(value: string): number[] {
  const bytes = [...new TextEncoder().encode(value)];
  return [...unsigned(bytes.length), ...bytes];
}

/** A module that works on the memory it is given as `host.memory` and exports these functions; none of them returns a value. */
export function wasmModule(functions: Readonly<Record<string, WasmFunction>>, pages: number): Uint8Array<ArrayBuffer> {
  const all = Object.entries(functions);
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, all.map(([, { parameters }]) => [0x60, ...unsigned(parameters.length), ...parameters.map((type) => TYPES[type]), 0])),
    ...section(2, [[...text('host'), ...text('memory'), 0x02, 0x00, ...unsigned(pages)]]),
    ...section(3, all.map((_, at) => unsigned(at))),
    ...section(7, all.map(([name], at) => [...text(name), 0x00, ...unsigned(at)])),
    ...section(10, all.map(([, each]) => each.body())),
  ]);
}
