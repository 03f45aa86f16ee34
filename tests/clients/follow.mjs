// Subscriptions of several clients to a live server: node follow.mjs SITE
import assert from "node:assert/strict";
import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { print } from "graphql";
import { createClient as createSse } from "graphql-sse";
import { createClient as createWs } from "graphql-ws";
import WebSocket from "ws";
import { operations } from "./operations.mjs";

const url = `${process.argv[2]}/graphql`;
const ws = createWs({ url: url.replace("http", "ws"), webSocketImpl: WebSocket });
const sse = createSse({ url });
const query = print(operations.Follow);

const urql = new Client({
  url,
  preferGetMethod: false,
  exchanges: [
    subscriptionExchange({
      forwardSubscription: (request) => ({
        subscribe: (sink) => ({ unsubscribe: ws.subscribe(request, sink) }),
      }),
    }),
    fetchExchange,
  ],
});

// Changes after the first one are sent immediately.
const firstChange = await urql.query(operations.Mirror, { first: 1 }).toPromise();
assert.equal(firstChange.error?.message, undefined);
const variables = { since: firstChange.data.changes.token };

function receiveThree(subscribe) {
  return new Promise((resolve, reject) => {
    const changes = [];
    const stop = subscribe((response) => {
      if (response.error || response.errors) return reject(response.error ?? response.errors);
      changes.push(response.data.articleChanged);
      if (changes.length === 3) queueMicrotask(() => resolve(stop(changes) ?? changes));
    }, reject);
  });
}

const sink = (next, error) => ({ next, error, complete: () => {} });
const subscribers = {
  "graphql-ws": (next, error) => ws.subscribe({ query, variables }, sink(next, error)),
  "graphql-sse": (next, error) => sse.subscribe({ query, variables }, sink(next, error)),
  urql: (next) => urql.subscription(operations.Follow, variables).subscribe(next).unsubscribe,
  // Its parser of event streams only accepts line feeds as line ends.
  "urql's fetch": (next) =>
    new Client({ url, exchanges: [fetchExchange], fetchSubscriptions: true })
      .subscription(operations.Follow, variables)
      .subscribe(next).unsubscribe,
};

const tokens = [];
for (const [name, subscribe] of Object.entries(subscribers)) {
  const changes = await receiveThree(subscribe);
  assert.equal(new Set(changes.map((change) => change.article.slug)).size, 3, name);
  assert.ok(changes.every((change) => !change.removed && change.revision === 1), name);
  tokens.push(changes.map((change) => change.token).join());
}
assert.equal(new Set(tokens).size, 1, "all receive the same events");

// A client that resumes after the second event receives the third.
const [, after, last] = tokens[0].split(",");
for await (const { data } of ws.iterate({ query, variables: { since: after } })) {
  assert.equal(data.articleChanged.token, last);
  break;
}

await ws.dispose();
sse.dispose();
const names = Object.keys(subscribers).join(", ");
console.log(`${names}: each received 3 articles, and the third again after resuming.`);
