// Streams of live runs, shared by all charts of a page, since a browser opens only six connections to one host.

const CLOSE_AFTER_MS = 3000; // a stream outlives a remount of its charts

export class Stream {
  static all = new Map(); // by address

  constructor(url) {
    this.url = url;
    this.status = { state: "connecting" };
    this.updates = 0;
    this.forget(null);
    this.listeners = new Set();
    this.open();
  }

  forget(generation) {
    this.generation = generation;
    this.lanes = [];
    this.changes = [];
    this.next = 0;
    this.thinned = 0;
  }

  open() {
    const place = this.generation === null ? "" : `&generation=${this.generation}`;
    this.source = new EventSource(`${this.url}?since=${this.next}${place}`);
    this.source.onopen = () => (this.joined = true);
    this.source.onmessage = (event) => this.take(JSON.parse(event.data));
    this.source.onerror = () => {
      // The browser reconnects by itself unless the server refused: then there is no such run.
      if (this.source.readyState === EventSource.CLOSED) this.finish("missing");
    };
  }

  take({ generation, since, next, thinned, changes, status, lanes }) {
    if (generation !== this.generation) this.forget(generation); // the run was rewound, or goes on from a checkpoint
    if (since > this.next) return; // a gap cannot happen on one connection; never draw over one
    lanes.forEach((columns, index) => {
      const lane = (this.lanes[index] ??= {});
      const first = columns.step.findIndex((step) => step > this.next); // after a reconnect some may come twice
      for (const [name, values] of Object.entries(columns)) {
        const known = (lane[name] ??= []);
        for (let i = first; i >= 0 && i < values.length; i++) known.push(values[i]);
      }
    });
    this.changes = this.joined ? changes : [...this.changes, ...changes];
    this.joined = false;
    this.thinned += thinned;
    this.next = Math.max(this.next, next);
    this.status = status;
    this.updates += 1;
    if (status.over && next >= status.recorded) this.source.close();
    this.tell();
  }

  finish(state) {
    this.source.close();
    this.status = { ...this.status, state, over: true };
    this.tell();
  }

  tell() {
    for (const listener of this.listeners) listener();
  }

  static subscribe(url, listener) {
    const address = new URL(url, document.baseURI).href;
    if (!Stream.all.has(address)) Stream.all.set(address, new Stream(address));
    const stream = Stream.all.get(address);
    clearTimeout(stream.closing);
    stream.listeners.add(listener);
    const leave = () => {
      stream.listeners.delete(listener);
      if (stream.listeners.size) return;
      stream.closing = setTimeout(() => {
        stream.source.close();
        Stream.all.delete(address);
      }, CLOSE_AFTER_MS);
    };
    return { stream, leave };
  }
}
