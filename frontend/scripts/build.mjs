// tsc, Vite, then the size budget, into the folder named by --outDir (dist when none is).
import { spawnSync } from 'node:child_process';

const args = process.argv.slice(2);
const at = args.indexOf('--outDir');
const outDir = at >= 0 ? args[at + 1] : 'dist';
for (const command of [
  ['tsc', '--noEmit'],
  ['vite', 'build', ...args],
  ['node', 'scripts/check-size.mjs', outDir],
]) {
  const { status, error } = spawnSync(command[0], command.slice(1), { stdio: 'inherit' });
  if (error) console.error(error.message);
  if (status !== 0) process.exit(status ?? 1);
}
