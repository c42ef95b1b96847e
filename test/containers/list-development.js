import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ends with 1, and their names, where packages for development are in the folder. */
const [, , folder = ''] = process.argv;
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const present = Object.entries(packages)
  .filter(([path, { dev, devOptional }]) => (dev || devOptional) && existsSync(join(folder, path)))
  .map(([path]) => path);
process.stdout.write(present.map((path) => `${path} is in the image\n`).join(''));
process.exitCode = present.length > 0 ? 1 : 0;
