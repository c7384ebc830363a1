import { openMemory } from "../../../adapters/stores/memory/index.ts";
import { shelfContract } from "../../contract/shelf.ts";
import { storeContract } from "../../contract/store.ts";
import { RAISED } from "../../make.ts";

let now = RAISED;
const open = () => openMemory({ clock: () => now });
const options = {
  advance: (ms: number) => {
    now += ms;
  },
};

storeContract("memory", open, options);
shelfContract("memory", open, options);
