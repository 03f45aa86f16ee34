// Pages through a live server with Relay's own store: node relay_store.mjs SITE
// What relay-compiler made is in made/relay.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import runtime from "relay-runtime";

const require = createRequire(import.meta.url);
const made = (name) => require(`./made/relay/${name}.graphql.js`);
const { Environment, Network, RecordSource, Store } = runtime;
const { createOperationDescriptor, fetchQuery } = runtime;
const [, , site] = process.argv;

async function ask({ text }, variables) {
  const answer = await fetch(`${site}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query: text, variables }),
  });
  return answer.json();
}

const environment = new Environment({
  network: Network.create(ask),
  store: new Store(new RecordSource()),
});
const get = (query, variables) => fetchQuery(environment, made(query), variables).toPromise();

// What a component would show: the connection as Relay has put its pages together.
function shown(query, fragment, variables) {
  const { fragment: root } = createOperationDescriptor(made(query), variables);
  const reader = runtime.getSingularSelector(made(fragment), environment.lookup(root).data);
  return environment.lookup(reader).data;
}
const rows = ({ articles }) => articles.edges.map(({ cursor }) => cursor);

const order = { field: "PUBLISHED_AT", direction: "DESC" };
const first = { count: 2, orderBy: order };
await get("ListQuery", first);
let list = shown("ListQuery", "List_articles", first);
assert.equal(list.articles.totalCount, 4);
assert.equal(list.articles.edges.length, 2);
assert.equal(list.articles.pageInfo.hasNextPage, true);

await get("ListPageQuery", { first: 2, after: list.articles.pageInfo.endCursor, orderBy: order });
list = shown("ListQuery", "List_articles", first);
assert.equal(new Set(rows(list)).size, 4);
assert.equal(list.articles.pageInfo.hasNextPage, false);
const forward = rows(list);

// From the middle to the start: a list that begins after the second row and grows upwards.
const oldest = { orderBy: order, filter: { published: false } };
await get("ListPageQuery", { ...oldest, last: 2 });
list = shown("ListPageQuery", "List_articles", { ...oldest, last: 2 });
assert.deepEqual(rows(list), forward.slice(2));
assert.equal(list.articles.pageInfo.hasPreviousPage, true);
await get("ListPageQuery", { ...oldest, last: 2, before: list.articles.pageInfo.startCursor });
list = shown("ListPageQuery", "List_articles", { ...oldest, last: 2 });
assert.deepEqual(rows(list), forward);
assert.equal(list.articles.pageInfo.hasPreviousPage, false);

// A topic's next page comes through node(id), into the same record.
const topic = { slug: "ai", count: 3 };
const { topic: found } = await get("TopicPageQuery", topic);
const { __id: id } = found;
const page = () =>
  environment.lookup(runtime.getSingularSelector(made("TopicPage_topic"), found)).data;
assert.equal(page().articles.edges.length, 3);
await get("TopicPageMoreQuery", { id, count: 3, cursor: page().articles.pageInfo.endCursor });
assert.equal(page().articles.edges.length, 4);

// One article, asked for again by its id, is the record that there was.
const { __id: article } = list.articles.edges[0].node;
await get("RowArticleQuery", { id: article, links: 5 });
assert.equal(environment.getStore().getSource().get(article).__typename, "Article");

// What the provider published, from its oldest, and a search.
const { provider } = await get("ProviderPageQuery", { domain: "cnet.com", count: 1 });
const part = (name) =>
  environment.lookup(runtime.getSingularSelector(made(`ProviderPage_${name}`), provider)).data;
assert.equal(part("provider").articles.edges.length, 1);
assert.ok(part("links").relatedLinks.edges.every(({ node }) => node.from.slug));
const words = { words: "facebook", count: 2 };
await get("FindQuery", words);
let results = shown("FindQuery", "Find_found", words);
assert.equal(results.search.edges.length, 2);
await get("FindMoreQuery", { ...words, cursor: results.search.pageInfo.endCursor });
results = shown("FindQuery", "Find_found", words);
assert.equal(results.search.edges.length, 4);
assert.match(results.search.edges[0].snippet, /<mark>/);

console.log("Relay's store put 4 rows together from pages in both directions.");
