/** Whether the process lives, whether it can serve, and its figures. Broken channels never take it out of service. */
import type { Access } from "../../../src/access.ts";
import { type Open, originOf, unauthorized } from "../../../src/http/frame.ts";
import { answer, plain, trouble } from "../../../src/http/problem.ts";
import type { Metrics } from "../../../src/metrics.ts";

export interface Readiness {
  /** Start-up is finished and the store answers. */
  ready: boolean;
  store: "up" | "down";
  /** What is wrong with the store, in a sentence, where that is known. */
  why?: string;
  channels: Record<string, "up" | "down">;
}

export interface HealthParts {
  ready: () => Promise<Readiness>;
  metrics: Pick<Metrics, "registry">;
  access: Pick<Access, "caller">;
  /** Only where nobody from outside can call: the listener and the public address are loopback. */
  openMetrics: boolean;
}

export function healthHandlers({ ready, metrics, access, openMetrics }: HealthParts) {
  const healthz: Open = () => answer({ status: "ok" });

  const readyz: Open = async () => {
    const readiness = await ready();
    const { store, channels } = readiness;
    if (readiness.ready) return answer({ status: "ready", store, channels });
    const why = store === "up" ? "Starting or stopping; ask again in a moment." : "The store does not answer.";
    return {
      ...trouble("unavailable", readiness.why ?? why),
      headers: { "Retry-After": "1" },
      more: { store, channels },
    };
  };

  const figures: Open = async (call) => {
    const { authorization } = call.env.incoming.headers;
    if (!openMetrics && access.caller(authorization, originOf(call).surface) === undefined) return unauthorized();
    return plain(await metrics.registry.metrics(), metrics.registry.contentType);
  };

  return { healthz, readyz, figures };
}
