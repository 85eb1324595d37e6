import assert from "node:assert/strict";
import { test } from "node:test";

import { number, percent } from "../../../../lab/chart/js/numbers.js";

test("numbers have as many digits as they need", () => {
  const cases = [[1, "1"], [0.123456, "0.1235"], [1234.56, "1235"], [0, "0"], [-0.5, "-0.5"]];
  for (const [value, text] of cases) assert.equal(number(value), text);
  assert.equal(number(1234.56, 6), "1234.56");
});

test("very large and very small numbers have an exponent", () => {
  assert.equal(number(123456), "1.23e+5");
  assert.equal(number(-0.00012345), "-1.23e-4");
});

test("what is not known is a dash, what is no number stays", () => {
  for (const value of [null, undefined, NaN]) assert.equal(number(value), "–");
  assert.equal(number("SAM"), "SAM");
  assert.equal(percent(null), "–");
  assert.equal(percent(0.1234), "12.3%");
});
