// Pure: no I/O.
/** The role whose sessions are selected, or the cache key of one selected session. */
export type SessionFilter =
  | { readonly roleArn: string }
  | { readonly key: string };

/** Whether a filter selects an entry of a cache key and a role. No filter selects all. */
export function passes(
  filter: SessionFilter | undefined,
  key: string | undefined,
  roleArn: string | undefined,
): boolean {
  if (filter === undefined) return true;
  return "key" in filter ? key === filter.key : roleArn === filter.roleArn;
}
