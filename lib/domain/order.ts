// An order that people change by moving one item before another. Two people who do so at the same time both get what they
// asked for, which an order that is sent as a whole would not permit. Pure.

/**
 * @param before the item that comes next afterwards; null: none, so that it is the last
 * @returns the new order, or undefined if one of the two is not in it
 */
export function movedBefore<Id>(order: readonly Id[], moved: Id, before: Id | null): Id[] | undefined {
  if (!order.includes(moved) || (before !== null && !order.includes(before))) return undefined;
  if (moved === before) return [...order];
  const others = order.filter((id) => id !== moved);
  const index = before === null ? others.length : others.indexOf(before);
  return [...others.slice(0, index), moved, ...others.slice(index)];
}
