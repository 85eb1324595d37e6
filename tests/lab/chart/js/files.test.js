import assert from "node:assert/strict";
import { test } from "node:test";

import { named } from "../../../../lab/chart/js/files.js";

test("a file has the name that comes with it", () => {
  assert.equal(named('attachment; filename="ridge_usam_ps_seed0.csv"'), "ridge_usam_ps_seed0.csv");
});

for (const header of [null, "", "attachment", "inline; filename=x.csv"]) test(`no name stands in ${header}`, () => assert.equal(named(header), null));
