/** What a fault of a client of AWS is called: the code of the network's, else the name that AWS gives it. */
export function nameFault(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Whether a client does not know which region to ask. */
export function lacksRegion({ message }: Error): boolean {
  return /region (is missing|not accepted)/i.test(message);
}
