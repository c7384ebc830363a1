/** A replica whose machine's wall clock is off: `shifted.ts <url> <id> <ms>` says what it finds there. */
const [url = "", id = "", shift = "0"] = process.argv.slice(2);
const real = Date.now;
Date.now = () => real() + Number(shift);
const { openRedis } = await import("../../adapters/stores/redis/index.ts");

const opened = await openRedis(url);
const record = (await opened.store.read(id))?.record.id ?? null;
const shelf = (await opened.shelf.get("session")) ?? null;
await opened.close();
process.send?.({ record, shelf }, () => process.disconnect());
