/** One finding of the doctor: what was looked at, whether it is well, and if not what to do. */

export interface Check {
  name: string;
  /** null: worth knowing, nothing wrong. */
  ok: boolean | null;
  text: string;
}

export const good = (name: string, text: string): Check => ({ name, ok: true, text });
export const wrong = (name: string, text: string): Check => ({ name, ok: false, text });
export const hint = (name: string, text: string): Check => ({ name, ok: null, text });
