// What both clients must be able to do. The address of the server is in ESDB_URL.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";

// patience bounds a check that waits for events, in milliseconds.
const patience = { timeout: 60_000 };

/**
 * Registers the checks with Node's test runner.
 * @param library the client's module
 * @param dialect in what the two clients differ: how to connect, how an append
 *   says which revision it expects, and where an error says which one there was
 */
export function check(library, dialect) {
  const { ANY, BACKWARDS, END, FORWARDS, NO_STREAM, PARK, RETRY, START } = library;
  const client = dialect.connect(process.env.ESDB_URL);
  after(() => client.dispose());

  const name = (category = "npm") => `${category}-${randomUUID()}`;
  const event = (n) => library.jsonEvent({ type: "counted", data: { n }, metadata: { from: "npm" } });
  const events = (from, to) => Array.from({ length: to - from }, (_, i) => event(from + i));
  const append = (stream, list, revision) => client.appendToStream(stream, list, dialect.expecting(revision));
  const filled = async (n) => {
    const stream = name();
    await append(stream, events(0, n), NO_STREAM);
    return stream;
  };
  const numbers = (resolved) => resolved.map(({ event }) => event.data.n);

  /** The first n of a subscription or a read, or all of it. */
  const take = async (source, n = Infinity) => {
    const taken = [];
    for await (const resolved of source) {
      taken.push(resolved);
      if (taken.length === n) break;
    }
    return taken;
  };

  test("an append answers where it ends, and comes back as it was", patience, async () => {
    const stream = name();
    const list = events(0, 3);
    const result = await append(stream, list, NO_STREAM);
    assert.equal(result.success, true);
    assert.equal(result.nextExpectedRevision, 2n);
    assert.ok(result.position.commit > 0n);
    const read = await take(client.readStream(stream));
    assert.deepEqual(
      read.map(({ event }) => [event.id, event.type, event.revision, event.data, event.metadata]),
      list.map((e, i) => [e.id, e.type, BigInt(i), e.data, e.metadata]),
    );
  });

  test("a repeated append is the same append", patience, async () => {
    const stream = name();
    const list = events(0, 2);
    const first = await append(stream, list, NO_STREAM);
    const again = await append(stream, list, NO_STREAM);
    assert.deepEqual(again, first);
    assert.deepEqual(numbers(await take(client.readStream(stream))), [0, 1]);
  });

  test("a wrong expected version is told with what there is", patience, async () => {
    const stream = await filled(2);
    await assert.rejects(append(stream, event(2), NO_STREAM), (error) => {
      assert.ok(error instanceof library.WrongExpectedVersionError, String(error));
      assert.equal(dialect.actual(error), 1n);
      return true;
    });
    await assert.rejects(append(name(), event(0), 7n), (error) => {
      assert.ok(error instanceof library.WrongExpectedVersionError, String(error));
      assert.equal(dialect.actual(error), NO_STREAM);
      return true;
    });
    const right = await append(stream, event(2), 1n);
    assert.equal(right.nextExpectedRevision, 2n);
  });

  test("an append that is too large is told as such", patience, async () => {
    const large = library.binaryEvent({ type: "large", data: new Uint8Array(1024 * 1024 + 1) });
    await assert.rejects(append(name(), large, ANY), library.MaxAppendSizeExceededError);
  });

  test("many appends at once are all answered", patience, async () => {
    const results = await Promise.all(Array.from({ length: 200 }, () => append(name(), events(0, 2), NO_STREAM)));
    assert.equal(new Set(results.map((r) => r.position.commit)).size, 200);
  });

  test("streams and the log are read both ways", patience, async () => {
    const stream = await filled(5);
    const read = async (options) => numbers(await take(client.readStream(stream, options)));
    assert.deepEqual(await read({ direction: FORWARDS, fromRevision: START }), [0, 1, 2, 3, 4]);
    assert.deepEqual(await read({ direction: FORWARDS, fromRevision: 3n }), [3, 4]);
    assert.deepEqual(await read({ direction: BACKWARDS, fromRevision: END, maxCount: 2 }), [4, 3]);
    const last = await take(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 5 }));
    assert.deepEqual(numbers(last), [4, 3, 2, 1, 0]);
    await assert.rejects(take(client.readStream(name())), library.StreamNotFoundError);
  });

  test("a subscription has what was and what comes", patience, async () => {
    const stream = await filled(2);
    const taken = take(client.subscribeToStream(stream, { fromRevision: START }), 4);
    await append(stream, events(2, 4), 1n);
    assert.deepEqual(numbers(await taken), [0, 1, 2, 3]);
  });

  test("a filtered subscription to the log has only what it asks for", patience, async () => {
    const category = name("filtered");
    const filter = library.streamNameFilter({ prefixes: [category] });
    const taken = take(client.subscribeToAll({ fromPosition: END, filter }).once("confirmation", write), 3);
    async function write() {
      for (const n of [0, 1, 2]) {
        await append(name("other"), event(99), ANY);
        await append(`${category}-${n}`, event(n), NO_STREAM);
      }
    }
    assert.deepEqual(numbers(await taken), [0, 1, 2]);
  });

  test("a persistent subscription: ack, nack and retry, park, replay", patience, async () => {
    const stream = await filled(3);
    const group = name("group");
    const settings = library.persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START });
    await client.createPersistentSubscriptionToStream(stream, group, settings);
    await assert.rejects(
      client.createPersistentSubscriptionToStream(stream, group, settings),
      library.PersistentSubscriptionExistsError,
    );
    const seen = [];
    const subscription = client.subscribeToPersistentSubscriptionToStream(stream, group, { bufferSize: 1 });
    for await (const resolved of subscription) {
      const { n } = resolved.event.data;
      seen.push([n, resolved.retryCount]);
      if (seen.length === 2) {
        await subscription.nack(PARK, "for the check", resolved);
      } else if (seen.length === 3) {
        await subscription.nack(RETRY, "for the check", resolved);
      } else {
        await subscription.ack(resolved);
      }
      if (seen.length === 4) {
        await parkedCount(stream, group, 1n);
        await client.replayParkedMessagesToStream(stream, group);
      }
      if (seen.length === 5) break;
    }
    assert.deepEqual(seen, [[0, 0], [1, 0], [2, 0], [2, 1], [1, 0]]);
    await parkedCount(stream, group, 0n);
    await client.deletePersistentSubscriptionToStream(stream, group);
    await assert.rejects(
      client.getPersistentSubscriptionToStreamInfo(stream, group),
      library.PersistentSubscriptionDoesNotExistError,
    );
  });

  /** Waits until so many events of a group are parked. */
  async function parkedCount(stream, group, n) {
    for (;;) {
      const { stats } = await client.getPersistentSubscriptionToStreamInfo(stream, group);
      if (stats.parkedMessageCount === n) return;
      await new Promise(setImmediate);
    }
  }

  test("a deleted stream is absent and goes on where it ended", patience, async () => {
    const stream = await filled(3);
    await client.deleteStream(stream, { expectedRevision: 2n });
    await assert.rejects(take(client.readStream(stream)), library.StreamNotFoundError);
    const result = await append(stream, event(3), NO_STREAM);
    assert.equal(result.nextExpectedRevision, 3n);
    assert.deepEqual(numbers(await take(client.readStream(stream))), [3]);
  });

  test("a tombstoned stream is gone for ever", patience, async () => {
    const stream = await filled(1);
    await client.tombstoneStream(stream, { expectedRevision: 0n });
    await assert.rejects(take(client.readStream(stream)), library.StreamDeletedError);
    await assert.rejects(append(stream, event(1), ANY), library.StreamDeletedError);
  });
}
