/**
 * Lets the rest of the program have its turn: work that never leaves the microtask queue (a cached answer, a read of
 * the embedded store) would otherwise hold up everybody for as long as there is some left.
 */
import { setImmediate as turn } from "node:timers/promises";

/** Ms of one kind of work on end, of however many workers together. */
const ON_END = 10;

export class Breath {
  #began = Number.NEGATIVE_INFINITY;
  #turn: Promise<void> | undefined;

  get isShort(): boolean {
    return performance.now() - this.#began > ON_END;
  }

  async take(): Promise<void> {
    while (this.isShort) {
      this.#turn ??= this.#next();
      await this.#turn;
    }
  }

  async #next(): Promise<void> {
    await turn();
    this.#began = performance.now();
    this.#turn = undefined;
  }
}
