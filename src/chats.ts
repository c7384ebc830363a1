/** The channels that the settings set up, and where each of them is asked by default. */
import type { Settings } from "./settings.ts";

type Chats = Pick<Settings, "slack" | "discord" | "email">;

export function chatsOf({ slack, discord, email }: Chats): { channels: string[]; route: string[] } {
  const started = Object.entries({ slack, discord, email }).flatMap(([name, set]) => (set === undefined ? [] : [name]));
  const places = Object.entries({ slack: slack?.channel, discord: discord?.channel });
  const route = places.flatMap(([name, channel]) => (channel === undefined ? [] : [`${name}:${channel}`]));
  return { channels: started, route: ["web", ...route, ...(email?.to ?? [])] };
}
