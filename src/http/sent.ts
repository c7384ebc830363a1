/** What a request sent, read and checked. It is read last, because all the rest costs nothing. */
import type { z } from "zod";
import type { Caller } from "../access.ts";
import type { Checkpoint } from "../checkpoint.ts";
import type { DeskPort } from "../desk-port.ts";
import { readJson } from "./body.ts";
import { type Checked, check } from "./check.ts";
import type { Call } from "./frame.ts";
import type { Trouble } from "./problem.ts";

export async function sent<S extends z.ZodObject>(
  call: Call,
  schema: S,
  deadline: number,
): Promise<Checked<S> | Trouble> {
  const body = await readJson(call.env.incoming, deadline);
  return body.type === "refused" ? body : check(schema, body.value);
}

/** `?wait=`: the checkpoint once it has ended, or as it is when the seconds are over. */
export async function held(
  desk: Pick<DeskPort, "wait">,
  call: Call,
  caller: Caller,
  checkpoint: Checkpoint,
  wait = 0,
): ReturnType<DeskPort["wait"]> {
  if (wait === 0 || checkpoint.status !== "pending") return checkpoint;
  return desk.wait(caller, checkpoint.id, wait * 1_000, call.req.raw.signal);
}
