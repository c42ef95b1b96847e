/** How many rows of a load may be rejected: a number, or a share (0 to 1) of the rows read. */
export type RejectLimit = { readonly rows: number } | { readonly share: number };
