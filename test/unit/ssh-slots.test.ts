import { expect, test } from 'vitest';
import { Slots } from '../../src/adapters/ssh/slots.ts';

test('slots let so many in at a time, in the order in which they came', async () => {
  const slots = new Slots(2);
  const order: number[] = [];
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 9 }, async (_, index) => {
      const release = await slots.take();
      order.push(index);
      most = Math.max(most, ++inside);
      await Promise.resolve();
      inside--;
      release();
      release();
    }),
  );
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});
