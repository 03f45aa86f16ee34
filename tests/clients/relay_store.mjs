// Paging with Relay's store, on a live server: node relay_store.mjs SITE
// The output of relay-compiler is in made/relay.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import runtime from "relay-runtime";

const require = createRequire(import.meta.url);
const artifact = (name) => require(`./made/relay/${name}.graphql.js`);
const { Environment, Network, RecordSource, Store } = runtime;
const { createOperationDescriptor, fetchQuery } = runtime;
const [, , site] = process.argv;

async function sendRequest({ text }, variables) {
  const response = await fetch(`${site}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query: text, variables }),
  });
  return response.json();
}

const environment = new Environment({
  network: Network.create(sendRequest),
  store: new Store(new RecordSource()),
});
const fetchData = (query, variables) => fetchQuery(environment, artifact(query), variables).toPromise();

// The data of a component: the connection, with the pages that Relay has combined.
function readFragment(query, fragment, variables) {
  const { fragment: root } = createOperationDescriptor(artifact(query), variables);
  const selector = runtime.getSingularSelector(artifact(fragment), environment.lookup(root).data);
  return environment.lookup(selector).data;
}
const cursors = ({ articles }) => articles.edges.map(({ cursor }) => cursor);

const order = { field: "PUBLISHED_AT", direction: "DESC" };
const first = { count: 2, orderBy: order };
await fetchData("ListQuery", first);
let list = readFragment("ListQuery", "List_articles", first);
assert.equal(list.articles.totalCount, 4);
assert.equal(list.articles.edges.length, 2);
assert.equal(list.articles.pageInfo.hasNextPage, true);

await fetchData("ListPageQuery", { first: 2, after: list.articles.pageInfo.endCursor, orderBy: order });
list = readFragment("ListQuery", "List_articles", first);
assert.equal(new Set(cursors(list)).size, 4);
assert.equal(list.articles.pageInfo.hasNextPage, false);
const forward = cursors(list);

// Backwards: a list that starts after the second row, and gets the rows before it.
const oldest = { orderBy: order, filter: { published: false } };
await fetchData("ListPageQuery", { ...oldest, last: 2 });
list = readFragment("ListPageQuery", "List_articles", { ...oldest, last: 2 });
assert.deepEqual(cursors(list), forward.slice(2));
assert.equal(list.articles.pageInfo.hasPreviousPage, true);
await fetchData("ListPageQuery", { ...oldest, last: 2, before: list.articles.pageInfo.startCursor });
list = readFragment("ListPageQuery", "List_articles", { ...oldest, last: 2 });
assert.deepEqual(cursors(list), forward);
assert.equal(list.articles.pageInfo.hasPreviousPage, false);

// The next page of a topic is read with node(id), into the same record.
const topicVariables = { slug: "ai", count: 3 };
const { topic } = await fetchData("TopicPageQuery", topicVariables);
const { __id: id } = topic;
const page = () =>
  environment.lookup(runtime.getSingularSelector(artifact("TopicPage_topic"), topic)).data;
assert.equal(page().articles.edges.length, 3);
await fetchData("TopicPageMoreQuery", { id, count: 3, cursor: page().articles.pageInfo.endCursor });
assert.equal(page().articles.edges.length, 4);

// An article that is read again by its id is the same record.
const { __id: article } = list.articles.edges[0].node;
await fetchData("RowArticleQuery", { id: article, links: 5 });
assert.equal(environment.getStore().getSource().get(article).__typename, "Article");

// The articles of a provider, oldest first, and a search.
const { provider } = await fetchData("ProviderPageQuery", { domain: "cnet.com", count: 1 });
const readPart = (name) =>
  environment.lookup(runtime.getSingularSelector(artifact(`ProviderPage_${name}`), provider)).data;
assert.equal(readPart("provider").articles.edges.length, 1);
assert.ok(readPart("links").relatedLinks.edges.every(({ node }) => node.from.slug));
const words = { words: "facebook", count: 2 };
await fetchData("FindQuery", words);
let results = readFragment("FindQuery", "Find_found", words);
assert.equal(results.search.edges.length, 2);
await fetchData("FindMoreQuery", { ...words, cursor: results.search.pageInfo.endCursor });
results = readFragment("FindQuery", "Find_found", words);
assert.equal(results.search.edges.length, 4);
assert.match(results.search.edges[0].snippet, /<mark>/);

console.log("Relay's store combined 4 rows of pages in both directions.");
