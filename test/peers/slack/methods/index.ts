/** The methods that this peer knows; any other is answered with `unknown_method`. */
import { auth } from "./auth.ts";
import { chat } from "./chat.ts";
import { conversations } from "./conversations.ts";
import type { Method } from "./method.ts";
import { people } from "./people.ts";
import { views } from "./views.ts";

export const METHODS = new Map<string, Method>(
  Object.entries({ ...auth, ...chat, ...conversations, ...people, ...views }),
);
