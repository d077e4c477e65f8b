// Companies as a tree: each behind the one above it, with how deep it stands. What has no parent in the list stands at the top.
export interface Node {
  id: string;
  parent_id: string | null;
  name: string;
}

export function asTree<T extends Node>(items: T[]): { item: T; depth: number }[] {
  const known = new Set(items.map((item) => item.id));
  const below = new Map<string | null, T[]>();
  for (const item of items) {
    const parent = item.parent_id !== null && known.has(item.parent_id) ? item.parent_id : null;
    below.set(parent, [...(below.get(parent) ?? []), item]);
  }
  const walk = (parent: string | null, depth: number): { item: T; depth: number }[] =>
    (below.get(parent) ?? []).flatMap((item) => [{ item, depth }, ...walk(item.id, depth + 1)]);
  return walk(null, 0);
}
