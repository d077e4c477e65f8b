// A real stereo call: two flite voices, the operator left and the customer right, joined by sox.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const talk = [
  ['operator', 'good morning, thank you for calling. how can i help you'],
  ['customer', 'hello, i would like to buy a new computer'],
  ['operator', 'of course. we have a good computer for you today'],
  ['customer', 'thank you very much. goodbye'],
];
const voices = { operator: 'rms', customer: 'slt' };

/** Writes the call beside a name of the PBX pattern (outbound: the client's number last); `remove` deletes both. */
export function makeCall() {
  const folder = mkdtempSync(join(tmpdir(), 'dialix-e2e-'));
  const run = (program, ...args) => execFileSync(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const sides = { operator: [], customer: [] };
  talk.forEach(([side, text], index) => {
    const said = `said${index}.wav`;
    const quiet = `quiet${index}.wav`;
    run('flite', '-voice', voices[side], '-t', text, '-o', `raw${index}.wav`);
    run('sox', `raw${index}.wav`, '-r', '8000', '-c', '1', '-b', '16', said, 'pad', '0.2', '0.6');
    run('sox', said, quiet, 'vol', '0');
    sides[side].push(said);
    sides[side === 'operator' ? 'customer' : 'operator'].push(quiet);
  });
  for (const side of Object.keys(sides)) run('sox', ...sides[side], `${side}.wav`);
  const name = '20261123_101530_101_901234567.wav';
  run('sox', '-M', 'operator.wav', 'customer.wav', name);
  return { path: join(folder, name), name, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
