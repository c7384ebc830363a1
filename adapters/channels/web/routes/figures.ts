/** Figures, of what the viewer may see. */
import { figuresPage, periodIn } from "../pages/figures.ts";
import { look, type Site } from "./site.ts";

export function mountFigures(site: Site): void {
  look(site, "/figures", async (visit) => {
    const period = periodIn(visit.call.req.query("since") ?? null);
    const counted = await site.desk.stats(visit.caller, period);
    if (counted.type === "refused")
      return site.tell(visit, { status: 422, title: "No figures", words: counted.detail });
    return site.page(visit, { title: "Figures", here: "figures", body: figuresPage(counted.stats, period) });
  });
}
