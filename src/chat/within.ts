/** A promise with a time limit; what it was for may still happen, and is then found out about by asking again. */

export class Late extends Error {
  override readonly name = "Late";
}

export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Late(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
    // Whoever came second may still fail, and nobody is left to hear of it.
    work.catch(() => {});
  }
}
