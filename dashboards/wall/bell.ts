import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Note } from './chime.ts';

/** `blocked`: the browser lets a page make sound only after somebody has pressed something on it. */
export type Sound = 'on' | 'muted' | 'blocked';

const KEPT_AS = 'tocsin-sound';
const LOUDNESS = 0.25;
/** From silence to full and back without a click. */
const RAMP_S = 0.02;

/** Plays chimes with the browser's own oscillator; whether it is muted is kept in this browser. */
export class Bell {
  readonly #sound = signal<Sound>('on');
  #context: AudioContext | undefined;

  constructor() {
    if (localStorage.getItem(KEPT_AS) === 'muted') this.#sound.value = 'muted';
    else if (!navigator.userActivation?.hasBeenActive) this.#sound.value = 'blocked';
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
    if (notes.length === 0 || this.#sound.value === 'muted') return;
    const context = this.#open();
    if (context.state !== 'running') {
      // Some browsers never answer a resume that they do not allow.
      void context.resume().then(() => { if (this.#sound.value === 'blocked') this.#sound.value = 'on'; }, () => undefined);
      this.#sound.value = 'blocked';
      return;
    }
    this.#sound.value = 'on';
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

  #open(): AudioContext {
    this.#context ??= new AudioContext();
    return this.#context;
  }
}
