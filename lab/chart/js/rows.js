// Rows of a column that grows.

// The row of a step, or of the next one that was kept: steps grow, but some may have been left out.
export function rowAt(columns, step) {
  return lowerRow(columns.step, step);
}

// The first row whose value is not below `value`, in a column that grows.
export function lowerRow(column, value) {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (column[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
