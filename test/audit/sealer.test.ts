import { STORES } from "./ledger.ts";
import { sealing } from "./sealing.ts";

sealing(STORES);
