import type { Clock, Timers } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { ModelStatus } from '../../core/model.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import type { ScorerOptions } from '../scorer.ts';
import { decideReload } from './decide-reload.ts';

/** What the keeper needs of the threads that score. */
export interface ReloadablePool {
  readonly version: string;
  readonly backend: string;
  /** Rejects with what keeps the model from loading; then all goes on as before. */
  reload(settings: ScorerOptions): Promise<void>;
}

export interface ModelKeeperParts {
  pool: ReloadablePool;
  settings: ScorerOptions;
  /** Another text when a file that decides scores was written. */
  look(settings: ScorerOptions): string;
  /** How often the files are looked at; 0: never. */
  watchMs: number;
  clock: Clock;
  timers: Timers;
  telemetry: Telemetry;
}

/** Watches the model's files and changes the model while scoring goes on; a bad one is refused and the old one stays. */
export class ModelKeeper {
  readonly #parts: ModelKeeperParts;
  #settings: ScorerOptions;
  #tried: string;
  #seen: string;
  #sinceMs: number;
  #refused: ModelStatus['refused'] = null;
  #cancel: (() => void) | null = null;
  #running = false;

  constructor(parts: ModelKeeperParts) {
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#tried = this.#seen = parts.look(parts.settings);
    this.#sinceMs = parts.clock.nowMs();
  }

  start(): void {
    if (this.#running || this.#parts.watchMs === 0) return;
    this.#running = true;
    this.#schedule();
  }

  stop(): void {
    this.#running = false;
    this.#cancel?.();
    this.#cancel = null;
  }

  status(): ModelStatus {
    const { version: model, backend } = this.#parts.pool;
    return { model, backend, sinceMs: this.#sinceMs, refused: this.#refused };
  }

  /**
   * Loads from the files now; `model` names another folder of models/weights. Rejects with `model_refused`, saying what is
   * wrong; the model before goes on.
   */
  async reload({ model }: { model?: string | undefined } = {}): Promise<ModelStatus> {
    const { pool, clock, telemetry, look } = this.#parts;
    // A model that is named goes before a folder that the settings name.
    const wanted = model === undefined ? this.#settings : { ...this.#settings, model, modelDir: undefined };
    this.#tried = this.#seen = look(wanted);
    try {
      await pool.reload(wanted);
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      this.#refused = { atMs: clock.nowMs(), code: error instanceof TocsinError ? error.code : 'internal', message: error.message };
      this.#tried = this.#seen = look(this.#settings);
      telemetry({ kind: 'model-refused', reason: this.#refused.code });
      throw new TocsinError('model_refused', `${error.message} ${pool.version} goes on.`, { cause });
    }
    this.#settings = wanted;
    this.#sinceMs = clock.nowMs();
    this.#refused = null;
    telemetry({ kind: 'model-switched', model: pool.version });
    return this.status();
  }

  #schedule(): void {
    this.#cancel = this.#parts.timers.after(this.#parts.watchMs, () => void this.#glance());
  }

  async #glance(): Promise<void> {
    const look = this.#parts.look(this.#settings);
    const decision = decideReload({ tried: this.#tried, seen: this.#seen }, look);
    this.#seen = look;
    // What is wrong stands in the status; it is tried again when the files change.
    if (decision.kind === 'load') await this.reload().catch(() => undefined);
    if (this.#running) this.#schedule();
  }
}
