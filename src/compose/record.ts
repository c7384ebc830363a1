/** The sealed record and its retention, as the settings have them. */
import { anchorAt, anchorPath } from "../anchor.ts";
import type { Desk } from "../desk.ts";
import type { Feed } from "../feed.ts";
import type { Log } from "../log.ts";
import type { Callback, Opened } from "../ports.ts";
import { startRetention } from "../retention.ts";
import { Sealer } from "../sealer.ts";
import type { Settings } from "../settings.ts";

export interface Recorded {
  opened: Opened;
  feed: Feed;
  desk: Desk;
  callback: Callback;
  key: Buffer;
  /** Of a fault, with these words. */
  tell(words: string): (error: unknown) => void;
}

/** Seals the record as it grows, and takes out of it what has had its time. */
export function keepRecord({ data, store, retention }: Settings, log: Log, parts: Recorded) {
  const { opened, feed, desk, callback, key, tell } = parts;
  const anchor = store.type === "memory" ? null : anchorAt(anchorPath(data));
  const sealer = new Sealer({ ...opened, feed, key, anchor, onFault: tell("the record is not sealed") });
  sealer.start();
  const eraser =
    retention === null
      ? undefined
      : startRetention({
          ...{ ...opened, desk, callback, keep: retention },
          onDone: (erased) => erased > 0 && log.info({ erased }, "checkpoints were emptied after their time"),
          onFault: tell("retention failed; trying again in an hour"),
        });
  return {
    async stop() {
      await eraser?.stop();
      await sealer.stop();
    },
  };
}
