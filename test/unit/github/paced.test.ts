import { expect, it } from 'vitest';
import { isPaced } from '../../../src/adapters/github/client.ts';

it.each([
  ['https://api.github.com', true],
  ['https://api.octo.ghe.com', true],
  ['https://github.octo.example/api/v3', false],
  ['https://api.github.com.octo.example', false],
])('pauses between writes where GitHub asks for it: %s, %s', (url, paced) => {
  expect(isPaced(url)).toBe(paced);
});
