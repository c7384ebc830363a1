/** Which methods a path takes, from the app's own routes: the difference between 404 and 405. */
interface Route {
  method: string;
  path: string;
}

/** Sorted, with HEAD beside GET as the framework answers it; empty for a path that does not exist. */
export function methodsAt(routes: readonly Route[], path: string): string[] {
  const parts = path.split("/");
  const methods = new Set(routes.filter((route) => fits(route.path.split("/"), parts)).map((route) => route.method));
  if (methods.has("GET")) methods.add("HEAD");
  // What runs for every method is no answer by itself.
  methods.delete("ALL");
  return [...methods].sort();
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  return (
    pattern.length === parts.length &&
    pattern.every((each, index) => (each.startsWith(":") ? parts[index] !== "" : each === parts[index]))
  );
}
