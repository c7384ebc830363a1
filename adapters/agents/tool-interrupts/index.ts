/** Agents whose tools wait for a person, both ways: they ask here, and their own server is told. */
import type { DoorAdapter } from "../../../src/door.ts";
import { approvalOf, auditEntry, PROTOCOL } from "./mapping.ts";
import { operations } from "./operations.ts";
import { routes } from "./routes.ts";

export const toolInterrupts: DoorAdapter<typeof PROTOCOL> = {
  protocol: PROTOCOL,
  routes,
  operations,
  answering: { oneOpen: "id", answer: (checkpoint) => ({ type: "outgoing", body: approvalOf(checkpoint) }) },
  auditEntry,
};
