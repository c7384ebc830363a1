/** Iterative refinement: each round with the feedback of the one before, at most as many as the policy allows. */
import { bot, run, say } from "./crew.ts";

await run(async () => {
  const agents = bot();
  const wishes: string[] = [];
  let previous: string | undefined;
  for (;;) {
    const content = ["# CrewAI best practices", "Keep the crew small.", ...wishes.map((wish) => `\n## ${wish}`)].join(
      "\n",
    );
    const review = await agents.checkpoint(
      "preview",
      { content, highlights: ["1,500 words", "three examples"] },
      {
        title: "Blog post",
        source: { workflow: "blog", session: "post-7" },
        ...(previous === undefined ? {} : { previous }),
      },
    );
    if (review.action === "proceed") return say(`Published in round ${review.round}, with ${wishes.length} wishes.`);
    if (review.action === "cancel") return say(`Dropped in round ${review.round}.`);
    wishes.push(review.feedback);
    previous = review.id;
    say(`Round ${review.round}: ${review.feedback}`);
  }
});
