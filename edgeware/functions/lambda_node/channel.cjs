// The frames to and from the parent: `>IQ` (length of the payload, request id) and JSON.
"use strict";
const { writeSync } = require("node:fs");
const { Socket } = require("node:net");

const HEAD = 12;

exports.Channel = class Channel {
  #socket;
  #toParent;
  #received = Buffer.alloc(0);

  // `onFrame` takes a request id and a payload.
  constructor(fromParent, toParent, onFrame) {
    this.#toParent = toParent;
    this.#socket = new Socket({ fd: fromParent, readable: true, writable: false });
    this.#socket.on("data", (chunk) => {
      this.#received = this.#received.length ? Buffer.concat([this.#received, chunk]) : chunk;
      for (let frame; (frame = this.#next()) !== undefined; ) onFrame(frame.id, frame.payload);
    });
    // The parent is gone: end at once, with timers and exit listeners of the function or without them.
    this.#socket.on("end", () => process.kill(process.pid, "SIGKILL"));
  }

  #next() {
    const received = this.#received;
    if (received.length < HEAD) return undefined;
    const end = HEAD + received.readUInt32BE(0);
    if (received.length < end) return undefined;
    this.#received = received.subarray(end);
    return { id: received.readBigUInt64BE(4), payload: JSON.parse(received.toString("utf8", HEAD, end)) };
  }

  send(id, text) {
    const payload = Buffer.from(text);
    const frame = Buffer.alloc(HEAD + payload.length);
    frame.writeUInt32BE(payload.length, 0);
    frame.writeBigUInt64BE(id, 4);
    payload.copy(frame, HEAD);
    for (let sent = 0; sent < frame.length; ) sent += writeSync(this.#toParent, frame, sent);
  }

  // Whether waiting for the parent keeps the event loop busy: not while a handler runs, whose end an empty loop may be.
  hold() {
    this.#socket.ref();
  }

  letGo() {
    this.#socket.unref();
  }

  // From here on the parent cannot send anything, and knows that this process has seen nothing.
  close() {
    this.#socket.destroy();
  }
};
