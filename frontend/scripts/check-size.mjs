// Fails the build when the JavaScript of the first load grows past its budget. "First load" is what index.html
// names plus the chunks that the dashboard route needs before it paints; charts, player and admin pages are not in it.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const budget = 200 * 1024;
const dist = process.argv[2] ?? 'dist';
const html = readFileSync(join(dist, 'index.html'), 'utf8');
const assets = readdirSync(join(dist, 'assets')).filter((name) => name.endsWith('.js'));

const wanted = new Set([...html.matchAll(/assets\/([\w.-]+\.js)/g)].map((match) => match[1]));
for (const name of assets) if (/^(DashboardPage|en)-/.test(name)) wanted.add(name);
// Static imports of what is loaded are loaded as well.
const queue = [...wanted];
while (queue.length > 0) {
  const source = readFileSync(join(dist, 'assets', queue.pop()), 'utf8');
  for (const match of source.matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g)) {
    if (!wanted.has(match[1])) {
      wanted.add(match[1]);
      queue.push(match[1]);
    }
  }
}

const sizeOf = (name) => gzipSync(readFileSync(join(dist, 'assets', name))).length;
const total = [...wanted].reduce((sum, name) => sum + sizeOf(name), 0);
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
for (const name of wanted) console.log(`  ${name} ${kib(sizeOf(name))}`);
console.log(`first load: ${kib(total)} gzipped JavaScript in ${wanted.size} files (budget ${kib(budget)})`);
if (/<script(?![^>]*\bsrc=)/.test(html)) {
  console.error('index.html has an inline script, which the CSP forbids');
  process.exit(1);
}
if (total > budget) {
  console.error('the first load is over its budget: split something off');
  process.exit(1);
}
