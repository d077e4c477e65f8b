import { describe, expect, it } from 'vitest';
import { asTree } from './tree';

const company = (id: string, parent_id: string | null) => ({ id, parent_id, name: id });

describe('asTree', () => {
  it('puts branches behind their company, in the order they came', () => {
    const items = [company('b1', 'b'), company('a', null), company('b', null), company('b11', 'b1'), company('a1', 'a')];
    expect(asTree(items).map(({ item, depth }) => `${'·'.repeat(depth)}${item.id}`)).toEqual(['a', '·a1', 'b', '·b1', '··b11']);
  });

  it('loses nothing whose parent is not in the list', () => {
    expect(asTree([company('x', 'elsewhere')])).toEqual([{ item: company('x', 'elsewhere'), depth: 0 }]);
  });
});
