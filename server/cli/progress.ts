/** Elsewhere than on a terminal, a passing line is shown this often. */
const PASSING_EVERY_MS = 5_000;
/** Whatever the width of what stood there: a Chinese character takes two columns. */
const ERASE_LINE = '\u001B[K';

/** Progress on stderr: one line that is written over on a terminal, a line now and then elsewhere; with --json, objects on stdout. */
export class Progress {
  readonly #json: boolean;
  #passedAtMs = -Infinity;
  readonly #terminal = process.stderr.isTTY;
  #isShown = false;

  constructor(json: boolean) {
    this.#json = json;
  }

  show(event: object, { text, stays }: { text: string; stays: boolean }): void {
    if (this.#json) {
      console.log(JSON.stringify(event));
    } else if (this.#terminal && !stays) {
      process.stderr.write(`\r${ERASE_LINE}${text}`);
      this.#isShown = true;
    } else if (stays || this.#isDue()) {
      this.end();
      process.stderr.write(`${text}\n`);
    }
  }

  #isDue(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#passedAtMs < PASSING_EVERY_MS) return false;
    this.#passedAtMs = nowMs;
    return true;
  }

  /** Leaves the line that is written over. */
  end(): void {
    if (this.#isShown) process.stderr.write('\n');
    this.#isShown = false;
  }
}
