import { openSqlite } from "../../../adapters/stores/sqlite/index.ts";
import { shelfContract } from "../../contract/shelf.ts";
import { storeContract } from "../../contract/store.ts";
import { RAISED } from "../../make.ts";
import { temporaryFiles } from "./files.ts";

const newFile = temporaryFiles();
let now = RAISED;
const clock = () => now;
const open = () => openSqlite(newFile(), { clock });
const options = {
  advance: (ms: number) => {
    now += ms;
  },
  openTwice: () => {
    const path = newFile();
    return [openSqlite(path, { clock }), openSqlite(path, { clock })] as [
      ReturnType<typeof open>,
      ReturnType<typeof open>,
    ];
  },
};

storeContract("sqlite", open, options);
shelfContract("sqlite", open, options);
