import assert from "node:assert/strict";
import { test } from "node:test";

import { inOneForm } from "../../../../lab/chart/js/sourced.js";

test("the same values give the same address, whoever wrote it", () => {
  assert.equal(inOneForm("api/charts/ridge?v=1&kappa=1e%2B06"), inOneForm("api/charts/ridge?v=1&kappa=1000000"));
  assert.equal(inOneForm("a?gamma_b=inf&methods=sam_sps&x="), "a?gamma_b=inf&methods=sam_sps&x=");
  assert.notEqual(inOneForm("a?rho=0.1"), inOneForm("a?rho=0.2"));
});
