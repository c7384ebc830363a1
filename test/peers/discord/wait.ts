/** Waiting for the fake Discord to be in a state, by being told of every change. */
import type { World } from "./world.ts";

/**
 * Resolves with the first value that is there, looking again at every change; refuses after `ms` of real time.
 * `poll`: what is looked at also changes outside of Discord, which cannot tell.
 */
export async function until<T>(
  world: World,
  look: () => T | undefined | false,
  what: string,
  ms = 5_000,
  poll = false,
): Promise<T> {
  const found = look();
  if (found !== undefined && found !== false) return found;
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => reject(new Error(`Discord waited ${ms} ms for ${what}`)), ms);
  const watch = () => {
    const value = look();
    if (value !== undefined && value !== false) resolve(value);
  };
  world.watchers.add(watch);
  const polling = poll ? setInterval(watch, 10) : undefined;
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    clearInterval(polling);
    world.watchers.delete(watch);
  }
}
