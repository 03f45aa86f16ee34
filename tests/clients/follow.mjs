// Follows articles at a live server with the clients that people use: node follow.mjs SITE
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

// What came after the first change is told at once.
const mirrored = await urql.query(operations.Mirror, { first: 1 }).toPromise();
assert.equal(mirrored.error?.message, undefined);
const variables = { since: mirrored.data.changes.token };

function three(follow) {
  return new Promise((resolve, reject) => {
    const changes = [];
    const stop = follow((answer) => {
      if (answer.error || answer.errors) return reject(answer.error ?? answer.errors);
      changes.push(answer.data.articleChanged);
      if (changes.length === 3) queueMicrotask(() => resolve(stop(changes) ?? changes));
    }, reject);
  });
}

const sink = (next, error) => ({ next, error, complete: () => {} });
const over = {
  "graphql-ws": (next, error) => ws.subscribe({ query, variables }, sink(next, error)),
  "graphql-sse": (next, error) => sse.subscribe({ query, variables }, sink(next, error)),
  urql: (next) => urql.subscription(operations.Follow, variables).subscribe(next).unsubscribe,
  // Its own reader of event streams knows no line end but the line feed.
  "urql's fetch": (next) =>
    new Client({ url, exchanges: [fetchExchange], fetchSubscriptions: true })
      .subscription(operations.Follow, variables)
      .subscribe(next).unsubscribe,
};

const told = [];
for (const [name, follow] of Object.entries(over)) {
  const changes = await three(follow);
  assert.equal(new Set(changes.map((change) => change.article.slug)).size, 3, name);
  assert.ok(changes.every((change) => !change.removed && change.revision === 1), name);
  told.push(changes.map((change) => change.token).join());
}
assert.equal(new Set(told).size, 1, "all tell the same");

// Going on after the second is being told the third.
const [, after, last] = told[0].split(",");
for await (const { data } of ws.iterate({ query, variables: { since: after } })) {
  assert.equal(data.articleChanged.token, last);
  break;
}

await ws.dispose();
sse.dispose();
const names = Object.keys(over).join(", ");
console.log(`${names}: each told 3 articles, and the third again on resuming.`);
