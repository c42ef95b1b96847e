/** The examples below a command's help: a command line, and what it does. */
export function renderExamples(examples: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(examples).map((line) => line.length));
  const lines = Object.entries(examples).map(
    ([line, meaning]) => `\n  ${line.padEnd(width)}   ${meaning}`,
  );
  return `\nExamples:${lines.join('')}`;
}
