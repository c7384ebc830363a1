/** Crews whose tasks are reviewed: they call here, and are resumed or called back with what people made of the output. */
import type { DoorAdapter } from "../../../src/door.ts";
import { ignoredBy } from "../../../src/outbound/ignored.ts";
import { answerOf, auditEntry, PROTOCOL } from "./mapping.ts";
import { operations } from "./operations.ts";
import { routes } from "./routes.ts";

export const crewai: DoorAdapter<typeof PROTOCOL> = {
  protocol: PROTOCOL,
  routes,
  operations,
  // A task of an execution waits for one answer: that to its last round.
  answering: { answer: answerOf, oneOpen: "id", heard: ignoredBy("The crew") },
  auditEntry,
};
