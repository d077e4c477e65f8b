// How hard a password is to guess, 0 (at once) to 4 (not in years), by zxcvbn.
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });

export function passwordStrength(password: string, about: string[] = []): number {
  const words = ['dialix', ...about].filter((word) => word.length > 2);
  return estimator.check(password.slice(0, 128), words).score;
}
