import { STORES } from "./ledger.ts";
import { tampering } from "./tampered.ts";

tampering(STORES);
