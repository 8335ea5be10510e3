import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Note } from './chime.ts';

/** `blocked`: the browser lets a page make sound only after somebody has pressed something on it. */
export type Sound = 'on' | 'muted' | 'blocked';

const KEPT_AS = 'tocsin-sound';
const LOUDNESS = 0.25;
/** From silence to full and back without a click. */
const RAMP_S = 0.02;

/**
 * Plays chimes with the browser's own oscillator; whether it is muted is kept in this browser. `allowed`: the browser was
 * started so that it plays without anybody having pressed something, as a screen without a keyboard needs it.
 */
export class Bell {
  readonly #sound = signal<Sound>('on');
  readonly #allowed: boolean;
  #context: AudioContext | undefined;

  constructor({ allowed }: { allowed: boolean }) {
    this.#allowed = allowed;
    if (localStorage.getItem(KEPT_AS) === 'muted') this.#sound.value = 'muted';
    else if (!this.#mayPlay()) this.#sound.value = 'blocked';
  }

  get sound(): ReadonlySignal<Sound> {
    return this.#sound;
  }

  /** Pressed by a person, so sound is allowed from now on. */
  async toggle(): Promise<void> {
    const next = this.#sound.value === 'on' ? 'muted' : 'on';
    localStorage.setItem(KEPT_AS, next);
    this.#sound.value = next;
    if (next === 'on') await this.#open().resume().catch(() => undefined);
  }

  async ring(notes: readonly Note[]): Promise<void> {
    // A browser complains of a page that opens its sound before it may.
    if (notes.length === 0 || this.#sound.value === 'muted' || !this.#mayPlay()) return;
    const context = this.#open();
    await context.resume().catch(() => undefined);
    this.#sound.value = context.state === 'running' ? 'on' : 'blocked';
    if (context.state !== 'running') return;
    let atS = context.currentTime + RAMP_S;
    for (const note of notes) atS = this.#play(context, note, atS);
  }

  #play(context: AudioContext, { hertz, lengthMs }: Note, fromS: number): number {
    const toS = fromS + lengthMs / 1_000;
    const oscillator = new OscillatorNode(context, { type: 'sine', frequency: hertz });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, fromS);
    gain.gain.linearRampToValueAtTime(LOUDNESS, fromS + RAMP_S);
    gain.gain.setValueAtTime(LOUDNESS, toS - RAMP_S);
    gain.gain.linearRampToValueAtTime(0, toS);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(fromS);
    oscillator.stop(toS);
    return toS;
  }

  #mayPlay(): boolean {
    return this.#allowed || navigator.userActivation?.hasBeenActive === true;
  }

  #open(): AudioContext {
    this.#context ??= new AudioContext();
    return this.#context;
  }
}
