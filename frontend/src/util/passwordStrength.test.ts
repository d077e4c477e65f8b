import { describe, expect, it } from 'vitest';
import { passwordStrength } from './passwordStrength';

describe('passwordStrength', () => {
  it('tells common passwords from uncommon ones', () => {
    expect(passwordStrength('password1234')).toBeLessThanOrEqual(1);
    expect(passwordStrength('qwertyuiop12')).toBeLessThanOrEqual(2);
    expect(passwordStrength('krausen otter lamppost vivid')).toBe(4);
  });

  it('counts what is known of the person as known', () => {
    expect(passwordStrength('dilnozakarimova', ['dilnoza', 'karimova'])).toBeLessThan(passwordStrength('dilnozakarimova'));
  });
});
