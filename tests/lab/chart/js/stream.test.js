import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Stream } from "../../../../lab/chart/js/stream.js";

class FakeSource {
  static CLOSED = 2;
  constructor(address) {
    this.address = address;
    FakeSource.opened.push(this);
  }
  close() {
    this.closed = true;
  }
}

globalThis.EventSource = FakeSource;
globalThis.document = { baseURI: "http://app/cnn" };

const event = (since, steps, more = {}) => ({
  generation: 0,
  since,
  next: steps.at(-1),
  thinned: 0,
  changes: [],
  status: { over: false, recorded: steps.at(-1) },
  lanes: [{ step: steps, gamma: steps.map((step) => step / 10) }],
  ...more,
});

beforeEach(() => {
  FakeSource.opened = [];
  Stream.all.clear();
});

test("charts of one run share one connection", () => {
  const [one, other] = [Stream.subscribe("api/stream/a", () => {}), Stream.subscribe("api/stream/a", () => {})];
  assert.equal(one.stream, other.stream);
  assert.deepEqual(FakeSource.opened.map(({ address }) => address), ["http://app/api/stream/a?since=0"]);
});

test("increments are appended, and what comes twice after a reconnect is not", () => {
  const told = [];
  const { stream } = Stream.subscribe("api/stream/a", () => told.push(stream.next));
  stream.take(event(0, [1, 2, 3]));
  stream.take(event(1, [2, 3, 4]));
  assert.deepEqual(stream.lanes[0], { step: [1, 2, 3, 4], gamma: [0.1, 0.2, 0.3, 0.4] });
  assert.deepEqual(told, [3, 4]);
});

test("nothing is drawn over a gap", () => {
  const { stream } = Stream.subscribe("api/stream/a", () => {});
  stream.take(event(5, [6, 7]));
  assert.deepEqual([stream.next, stream.lanes], [0, []]);
});

test("another generation begins from nothing", () => {
  const { stream } = Stream.subscribe("api/stream/a", () => {});
  stream.take(event(0, [1, 2, 3], { thinned: 7 }));
  stream.take(event(0, [1], { generation: 1 }));
  assert.deepEqual([stream.lanes[0].step, stream.thinned, stream.generation], [[1], 0, 1]);
});

test("a run that is over closes the connection once all of it is there", () => {
  const { stream } = Stream.subscribe("api/stream/a", () => {});
  stream.take(event(0, [1, 2], { status: { over: true, recorded: 3 } }));
  assert.ok(!stream.source.closed);
  stream.take(event(2, [3], { status: { over: true, recorded: 3 } }));
  assert.ok(stream.source.closed);
});

test("a run that the server does not know is missing", () => {
  const { stream } = Stream.subscribe("api/stream/a", () => {});
  stream.source.readyState = 0;
  stream.source.onerror();
  assert.equal(stream.status.state, "connecting", "the browser reconnects by itself");
  stream.source.readyState = FakeSource.CLOSED;
  stream.source.onerror();
  assert.deepEqual([stream.status.state, stream.status.over], ["missing", true]);
});

test("the connection outlives a remount of its charts, and ends when nobody comes back", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { stream, leave } = Stream.subscribe("api/stream/a", () => {});
  leave();
  const again = Stream.subscribe("api/stream/a", () => {});
  t.mock.timers.tick(10_000);
  assert.ok(again.stream === stream && !stream.source.closed);
  again.leave();
  t.mock.timers.tick(10_000);
  assert.ok(stream.source.closed);
  assert.equal(Stream.all.size, 0);
});
